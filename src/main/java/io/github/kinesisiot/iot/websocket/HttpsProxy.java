package io.github.kinesisiot.iot.websocket;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The JVM's conventions for an HTTPS proxy: {@code https.proxyHost}, {@code https.proxyPort} (443) and {@code http.nonProxyHosts}. */
final class HttpsProxy {

    private static final String DEFAULT_EXCEPTIONS = "localhost|127.*|[::1]|::1";

    private HttpsProxy() {}

    /** The proxy for a host, unresolved, or empty to connect directly. */
    static Optional<InetSocketAddress> forHost(String host, UnaryOperator<String> properties) {
        String proxyHost = properties.apply("https.proxyHost");
        if (proxyHost == null || proxyHost.isBlank()) {
            return Optional.empty();
        }
        String exceptions = properties.apply("http.nonProxyHosts");
        for (String pattern : (exceptions == null ? DEFAULT_EXCEPTIONS : exceptions).split("\\|")) {
            if (matches(pattern.trim().toLowerCase(Locale.ROOT), host)) {
                return Optional.empty();
            }
        }
        String port = properties.apply("https.proxyPort");
        try {
            return Optional.of(
                    InetSocketAddress.createUnresolved(proxyHost, port == null ? 443 : Integer.parseInt(port.trim())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "system property https.proxyPort must be a number from 1 to 65535, not '" + port + "'", e);
        }
    }

    /** A star stands at the beginning, at the end, or at both. */
    private static boolean matches(String pattern, String host) {
        boolean openStart = pattern.startsWith("*");
        boolean openEnd = pattern.length() > 1 && pattern.endsWith("*");
        String core = pattern.substring(openStart ? 1 : 0, pattern.length() - (openEnd ? 1 : 0));
        if (openStart && openEnd) {
            return host.contains(core);
        }
        return openStart ? host.endsWith(core) : openEnd ? host.startsWith(core) : host.equals(core);
    }
}
