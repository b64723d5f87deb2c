package io.github.kinesisiot.cloud;

import java.time.Instant;

/**
 * A CONNECT that the IoT endpoint has seen.
 *
 * @param connection the number of the {@link GateConnection} it came on
 */
public record GateConnect(Instant at, long connection, String clientId) {}
