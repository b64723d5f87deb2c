package io.github.kinesisiot.iot.websocket;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The broker answered the WebSocket upgrade with something else than 101. Holds what an operator needs, and never the signed URL. */
public final class HandshakeRefusedException extends IOException {

    private final int status;
    private final String errorType;
    private final String requestId;
    private final Duration clockDifference;

    HandshakeRefusedException(int status, String errorType, String requestId, Duration clockDifference) {
        super(sentence(status, errorType, requestId, clockDifference));
        this.status = status;
        this.errorType = errorType;
        this.requestId = requestId;
        this.clockDifference = clockDifference;
    }

    public int status() {
        return status;
    }

    /** The header x-amzn-ErrorType, e.g. {@code ForbiddenException}. */
    public Optional<String> errorType() {
        return Optional.ofNullable(errorType);
    }

    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /** The broker's clock minus ours, in whole seconds, from the Date header. */
    public Optional<Duration> clockDifference() {
        return Optional.ofNullable(clockDifference);
    }

    private static String sentence(int status, String errorType, String requestId, Duration clockDifference) {
        StringBuilder text = new StringBuilder("the broker refused the WebSocket upgrade: HTTP ").append(status);
        if (errorType != null) {
            text.append(' ').append(errorType);
        }
        if (requestId != null) {
            text.append(", request id ").append(requestId);
        }
        if (clockDifference != null) {
            text.append(", broker's clock minus ours ")
                    .append(clockDifference.toSeconds())
                    .append(" s");
        }
        return text.toString();
    }
}
