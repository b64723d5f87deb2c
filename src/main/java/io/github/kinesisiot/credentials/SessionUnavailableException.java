package io.github.kinesisiot.credentials;

import software.amazon.awssdk.core.exception.SdkClientException;

/** There is no valid session of the assumed role right now. It is being asked for; try again later. */
public final class SessionUnavailableException extends SdkClientException {

    SessionUnavailableException(String message) {
        super(SdkClientException.builder().message(message));
    }
}
