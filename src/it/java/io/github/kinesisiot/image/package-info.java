/** What the image has beside the program, and the checks of an image that has been built. */
package io.github.kinesisiot.image;
