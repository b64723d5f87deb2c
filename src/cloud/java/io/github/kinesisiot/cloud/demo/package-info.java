/** What {@code ./bridge demo} shows: readings in, messages out, sessions renewed, and a reckoning at the end. */
package io.github.kinesisiot.cloud.demo;
