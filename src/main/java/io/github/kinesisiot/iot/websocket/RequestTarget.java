package io.github.kinesisiot.iot.websocket;

/**
 * What follows GET in the upgrade request. A signed one is a bearer secret for some minutes: only this package reads the text, and it
 * never shows in {@link #toString()}.
 */
public final class RequestTarget {

    private final String text;

    RequestTarget(String text) {
        this.text = text;
    }

    /** The address's own path and query, unsigned. */
    public static RequestTarget unsigned(BrokerAddress address) {
        return new RequestTarget(address.path());
    }

    String text() {
        return text;
    }

    @Override
    public String toString() {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query) + "?<redacted>";
    }
}
