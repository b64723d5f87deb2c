package io.github.kinesisiot.check;

/** What is looked at, in the order of the report. The names are part of the JSON document. */
enum Step {
    SETTINGS("settings"),
    ROUTES("routes"),
    DEAD_LETTER("dead-letter"),
    CLOCK("clock"),
    IDENTITY("source-identity"),
    STREAM("stream"),
    LEASE_TABLE("lease-table"),
    ROLE("assume-role"),
    NAME("iot-dns"),
    TLS("iot-tls"),
    CONNECT("iot-connect"),
    PUBLISH("iot-publish");

    final String label;

    Step(String label) {
        this.label = label;
    }
}
