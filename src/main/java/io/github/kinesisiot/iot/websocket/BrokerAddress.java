package io.github.kinesisiot.iot.websocket;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;

/**
 * Where a broker listens, taken apart once.
 *
 * @param scheme ws, wss, tcp or ssl
 * @param host lower case; an IPv6 literal without its brackets
 * @param port never absent: the scheme's own port when the URL has none
 * @param path path and query as written, at least {@code /}
 */
public record BrokerAddress(String scheme, String host, int port, String path) {

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("ws", 80, "wss", 443, "tcp", 1883, "ssl", 8883);

    /** Takes a broker URL apart, or says what is wrong with it without repeating a query that may be a secret. */
    public static BrokerAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url.trim());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "brokerUrl is not a URL: " + e.getReason() + " at position " + e.getIndex());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!DEFAULT_PORTS.containsKey(scheme)) {
            throw new IllegalArgumentException(
                    "brokerUrl must begin with wss://, ws://, ssl:// or tcp://, not '" + scheme + "://'");
        }
        String authority = uri.getRawAuthority();
        if (authority == null || authority.isEmpty() || authority.contains("@")) {
            throw new IllegalArgumentException("brokerUrl must name a host, e.g. wss://example.com/mqtt");
        }
        // Not URI.getHost(): it is null for names with an underscore, which private zones do use.
        int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? DEFAULT_PORTS.get(scheme) : port(authority.substring(colon + 1));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("brokerUrl must name a host, e.g. wss://example.com/mqtt");
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new BrokerAddress(scheme, host.toLowerCase(Locale.ROOT), port, path + query);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message for both
        }
        throw new IllegalArgumentException("brokerUrl: the port must be a number from 1 to 65535");
    }

    public boolean isWebSocket() {
        return scheme.equals("ws") || scheme.equals("wss");
    }

    public boolean isTls() {
        return scheme.equals("wss") || scheme.equals("ssl");
    }

    /** The host as it stands in a URL. */
    public String bracketedHost() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** The value of the Host header. It is what gets signed, so both sides must write the port by the same rule: only when it is not 443. */
    public String hostHeader() {
        return port == 443 ? bracketedHost() : bracketedHost() + ":" + port;
    }

    /** Without path and query: those may hold a secret. */
    @Override
    public String toString() {
        return scheme + "://" + bracketedHost() + ":" + port;
    }
}
