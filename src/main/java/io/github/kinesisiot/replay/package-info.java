/** The verb {@code replay}: dead letters through the route they came from, each once. */
package io.github.kinesisiot.replay;
