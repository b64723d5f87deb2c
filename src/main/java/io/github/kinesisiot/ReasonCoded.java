package io.github.kinesisiot;

/** An exception with a stable code, so that a dead letter, a metric or an alert can name the reason without reading the sentence. */
public interface ReasonCoded {

    /** Upper-case words joined by underscores, e.g. {@code PAYLOAD_TOO_LARGE}. Never changes between releases. */
    String reasonCode();
}
