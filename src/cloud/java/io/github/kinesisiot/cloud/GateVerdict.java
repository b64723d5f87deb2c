package io.github.kinesisiot.cloud;

import java.time.Instant;

/**
 * A rule of AWS that a client has broken, and what the IoT endpoint has said to it.
 *
 * @param clientId empty before it was known
 * @param answer {@code CONNACK}, {@code PUBACK}, {@code DISCONNECT}, {@code DROPPED} or {@code CLOSED}
 * @param reason the code in it; 0 where there is none
 * @param topic empty where it is about no publish
 */
public record GateVerdict(Instant at, String clientId, String answer, int reason, String topic) {}
