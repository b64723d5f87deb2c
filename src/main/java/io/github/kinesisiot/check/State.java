package io.github.kinesisiot.check;

/** How a step ended. The labels are part of the JSON document. */
enum State {
    OK("ok"),
    FAILED("failed"),
    NOT_REACHED("not-reached");

    final String label;

    State(String label) {
        this.label = label;
    }
}
