package io.github.kinesisiot.iot.websocket;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The client's side of the opening handshake of RFC 6455, for the sub-protocol {@code mqtt}. */
final class UpgradeHandshake {

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int LARGEST_RESPONSE = 32 * 1024;

    private final BrokerAddress address;
    private final Map<String, String> extraHeaders;
    private final SecureRandom random;
    private final Clock clock;

    UpgradeHandshake(BrokerAddress address, Map<String, String> extraHeaders, SecureRandom random, Clock clock) {
        this.address = address;
        this.extraHeaders = extraHeaders;
        this.random = random;
        this.clock = clock;
    }

    /** Sends the request and checks the answer. Reads exactly the response's head from {@code in}. */
    void perform(RequestTarget target, InputStream in, OutputStream out) throws IOException {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        out.write(request(target, key).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        String[] lines = head(in).split("\r?\n");
        int status = status(lines[0]);
        Map<String, String> headers = headers(lines);
        if (status != 101) {
            throw refused(status, headers);
        }
        check("websocket".equalsIgnoreCase(headers.get("upgrade")), "without 'Upgrade: websocket'");
        check(tokens(headers.get("connection")).contains("upgrade"), "without 'Connection: Upgrade'");
        check(accept(key).equals(headers.get("sec-websocket-accept")), "with a wrong Sec-WebSocket-Accept");
        String protocol = headers.get("sec-websocket-protocol");
        check(protocol == null || protocol.equals("mqtt"), "for another sub-protocol than mqtt");
        check(headers.get("sec-websocket-extensions") == null, "with an extension nobody asked for");
    }

    private String request(RequestTarget target, String key) throws IOException {
        StringBuilder text = new StringBuilder(1024)
                .append("GET ")
                .append(target.text())
                .append(" HTTP/1.1\r\n")
                .append("Host: ")
                .append(address.hostHeader())
                .append("\r\n")
                .append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
                .append("Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: ")
                .append(key)
                .append("\r\n");
        for (Map.Entry<String, String> header : extraHeaders.entrySet()) {
            if ((header.getKey() + header.getValue()).chars().anyMatch(c -> c == '\r' || c == '\n')) {
                throw new IOException("customWebSocketHeaders: a header has a line break in it");
            }
            text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    /** Up to and including the empty line; byte by byte, since the next byte belongs to the first frame. */
    static String head(InputStream in) throws IOException {
        byte[] head = new byte[1024];
        int length = 0;
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException(
                        "the connection ended within the answer to the HTTP request, after " + length + " bytes");
            }
            if (length == LARGEST_RESPONSE) {
                throw new IOException("the head of the HTTP response is longer than " + LARGEST_RESPONSE + " bytes");
            }
            if (length == head.length) {
                head = Arrays.copyOf(head, length * 2);
            }
            head[length++] = (byte) b;
            boolean emptyLine = b == '\n'
                    && length > 2
                    && (head[length - 2] == '\n' || head[length - 2] == '\r' && head[length - 3] == '\n');
            if (emptyLine) {
                return new String(head, 0, length, StandardCharsets.ISO_8859_1);
            }
        }
    }

    static int status(String statusLine) throws IOException {
        String[] parts = statusLine.trim().split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("\\d{3}")) {
            throw new IOException("the peer does not speak HTTP/1.1: is this the right port?");
        }
        return Integer.parseInt(parts[1]);
    }

    private static Map<String, String> headers(String[] lines) {
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                String name = lines[i].substring(0, colon).trim().toLowerCase(Locale.ROOT);
                headers.merge(name, lines[i].substring(colon + 1).trim(), (a, b) -> a + "," + b);
            }
        }
        return headers;
    }

    private HandshakeRefusedException refused(int status, Map<String, String> headers) {
        String errorType = printable(headers.get("x-amzn-errortype"));
        if (errorType != null) {
            errorType = errorType.replaceFirst(":.*$", ""); // "ForbiddenException:" and, elsewhere, "Name:http://…"
        }
        return new HandshakeRefusedException(
                status, errorType, printable(headers.get("x-amzn-requestid")), difference(headers.get("date")));
    }

    private Duration difference(String date) {
        if (date == null) {
            return null;
        }
        try {
            Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(clock.instant().truncatedTo(ChronoUnit.SECONDS), theirs);
        } catch (DateTimeException e) {
            return null; // a proxy's odd date is no reason to hide the refusal itself
        }
    }

    private static String printable(String header) {
        if (header == null) {
            return null;
        }
        String clean = header.replaceAll("[^ -~]", "?");
        return clean.length() <= 100 ? clean : clean.substring(0, 100);
    }

    private static List<String> tokens(String header) {
        return header == null
                ? List.of()
                : Arrays.asList(header.toLowerCase(Locale.ROOT).split("\\s*,\\s*"));
    }

    private static void check(boolean condition, String what) throws IOException {
        if (!condition) {
            throw new IOException("the broker answered the WebSocket upgrade with 101 " + what);
        }
    }

    static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
