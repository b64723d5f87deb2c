/** The local cloud: two AWS accounts on loopback, for tests, the demo and the benchmark. */
package io.github.kinesisiot.cloud;
