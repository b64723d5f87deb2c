package io.github.kinesisiot.cloud;

import java.time.Duration;

/** What the IoT endpoint can do to a connection ({@link Ending}), or to a single publish ({@link Answer}). */
public sealed interface Spoil {

    /** The connection is of no use afterwards. */
    sealed interface Ending extends Spoil {}

    /** The connection goes on. */
    sealed interface Answer extends Spoil {}

    /** DISCONNECT with that reason code, then a proper close. */
    record Disconnect(int reason) implements Ending {}

    /** TCP is closed, without a word of MQTT or WebSocket. */
    record Close() implements Ending {}

    /** TCP is reset. */
    record Reset() implements Ending {}

    /** The WebSocket is closed with that status, without a DISCONNECT. */
    record WebSocketClose(int status) implements Ending {}

    /** Nothing is read and nothing written any more, and the socket stays: as when the other end has lost its power. */
    record HalfOpen() implements Ending {}

    /** All that comes is taken, thrown away and never answered, pings neither: as when the other end has got stuck. */
    record Silence() implements Ending {}

    /** PUBACK with that reason code; the message is dropped. */
    record Refused(int reason) implements Answer {}

    /** The message is passed on, its PUBACK is not. */
    record Unanswered() implements Answer {}

    /** The PUBACK comes so much later. */
    record Late(Duration by) implements Answer {}

    /** The PUBACK comes twice. */
    record Twice() implements Answer {}
}
