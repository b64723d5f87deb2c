package io.github.kinesisiot.cloud;

/** A program that the local cloud needs is not installed, or too old. The message is one line and says how to install it. */
public final class MissingProgramException extends RuntimeException {

    public MissingProgramException(String message) {
        super(message);
    }
}
