package io.github.kinesisiot.cloud;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The parameters of one request in the query protocol, decoded: {@code Action=…&Tags.member.1.Key=…}. */
record StsParameters(Map<String, String> values) {
    /** It is a bearer's secret, and nothing that a test has to see. */
    private static final String SECRET = "WebIdentityToken";

    static StsParameters parse(byte[] body) {
        Map<String, String> values = new TreeMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                values.put(UriEncoding.decode(parts[0]), UriEncoding.decode(parts[1]));
            }
        }
        return new StsParameters(values);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String action() {
        return values.getOrDefault("Action", "");
    }

    /** The elements of a list of texts. */
    List<String> list(String name) {
        return list(name, "");
    }

    /** One member of each structure of a list, e.g. {@code Tags} and {@code .Key}; empty where the structure does not have it. */
    List<String> list(String name, String member) {
        List<String> elements = new ArrayList<>();
        for (int i = 1; has(name + ".member." + i); i++) {
            elements.add(values.getOrDefault(name + ".member." + i + member, ""));
        }
        return elements;
    }

    Map<String, String> withoutSecrets() {
        Map<String, String> told = new TreeMap<>(values);
        told.remove(SECRET);
        return told;
    }

    private boolean has(String element) {
        return values.keySet().stream().anyMatch(name -> name.equals(element) || name.startsWith(element + "."));
    }

    @Override
    public String toString() {
        return withoutSecrets().toString();
    }
}
