package io.github.kinesisiot.accounts;

/** A setting that needs permissions of its own. */
enum Feature {
    /** No setting: what every bridge needs. */
    ALWAYS,
    FAN_OUT,
    ENCRYPTED_STREAM,
    EXTERNAL_ID,
    SESSION_TAGS,
    SOURCE_IDENTITY,
    RETAINED_MESSAGES
}
