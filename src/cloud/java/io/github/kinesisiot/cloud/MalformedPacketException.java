package io.github.kinesisiot.cloud;

/** A packet that is no MQTT 5. */
final class MalformedPacketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedPacketException() {
        super("malformed packet", null, false, false);
    }
}
