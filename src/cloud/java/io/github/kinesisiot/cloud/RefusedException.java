package io.github.kinesisiot.cloud;

/** A request that AWS would refuse, with the error code it would give. */
final class RefusedException extends RuntimeException {
    private final int status;
    private final String code;

    RefusedException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
