package io.github.kinesisiot.credentials;

/** STS answered with a session, but the clock of this machine is so far off that every signature made with it would be refused. */
final class ClockOffException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClockOffException(String message) {
        super(message);
    }
}
