/** A run of the bridge in which the JVM learns, for its class archive, what the bridge loads; against a cloud of nothing but Java. */
package io.github.kinesisiot.cloud.training;
