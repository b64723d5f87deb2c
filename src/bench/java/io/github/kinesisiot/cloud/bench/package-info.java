/** {@code ./bridge bench sink}: the bridge's publishing beside other clients, on the same broker in the same run. */
package io.github.kinesisiot.cloud.bench;
