package io.github.kinesisiot.cloud;

import java.time.Instant;

/**
 * A connection the IoT endpoint has let in.
 *
 * @param id counting up from 1
 * @param session the number of the session that signed it
 */
public record GateConnection(long id, long session, Instant since) {}
