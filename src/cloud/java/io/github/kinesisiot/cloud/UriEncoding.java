package io.github.kinesisiot.cloud;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Percent encoding as RFC 3986 and AWS signatures want it. A plus sign in what is decoded is a blank, as web servers read it. */
final class UriEncoding {
    private UriEncoding() {}

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "MalformedQueryString", "malformed percent encoding");
        }
    }
}
