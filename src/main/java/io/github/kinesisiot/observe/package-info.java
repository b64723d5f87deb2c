/** What an operator sees: health checks and meters over the state of the other packages. */
package io.github.kinesisiot.observe;
