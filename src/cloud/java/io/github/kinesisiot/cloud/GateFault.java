package io.github.kinesisiot.cloud;

/** What the IoT endpoint can be told to do to a new connection. */
public enum GateFault {
    NONE,
    /** 403, whatever the signature is worth. */
    REFUSE,
    /** The upgrade is not answered until the fault is over; then the connection is closed. */
    HANG,
    /** The connection of each upgrade is closed without an answer. */
    RESET,
    /** 503. */
    UNAVAILABLE,
    /** The upgrade succeeds, and what follows is no MQTT. */
    GARBAGE,
    /** The upgrade succeeds and CONNECT is answered with 0x97, quota exceeded. */
    THROTTLE,
    /** The upgrade succeeds and CONNECT is answered with 0x87, as for a role that iot:Connect is not allowed to. */
    NOT_AUTHORIZED
}
