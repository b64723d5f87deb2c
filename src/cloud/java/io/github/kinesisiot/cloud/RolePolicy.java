package io.github.kinesisiot.cloud;

import java.util.List;

/**
 * What the role of the target account allows, as far as the IoT endpoint asks: patterns of client ids and topics as in the resources of a
 * policy, where {@code *} stands for anything, slashes too.
 *
 * @param clients for iot:Connect
 * @param topics for iot:Publish
 * @param denied for iot:Publish, whatever else allows it
 * @param retain whether iot:RetainPublish is allowed
 * @param denial how a publish that is not allowed is answered
 */
public record RolePolicy(
        List<String> clients, List<String> topics, List<String> denied, boolean retain, Denial denial) {

    /** AWS lists both codes; which of them one gets when is not documented. Without QoS there is no PUBACK: the message is dropped. */
    public enum Denial {
        /** PUBACK 0x87. */
        PUBACK,
        /** DISCONNECT 0x87. */
        DISCONNECT,
        /** The connection closes without a word, as in MQTT 3.1.1. */
        CLOSE
    }

    /** Everything but publishing to {@code forbidden/…}. */
    public static final RolePolicy DEFAULT =
            new RolePolicy(List.of("*"), List.of("*"), List.of("forbidden/*"), true, Denial.PUBACK);

    public RolePolicy {
        clients = List.copyOf(clients);
        topics = List.copyOf(topics);
        denied = List.copyOf(denied);
    }

    /** As the documents that are shipped with the bridge have it: client ids that begin so, and topics below that one. */
    public static RolePolicy shipped(String clientIdPrefix, String topicPrefix) {
        return new RolePolicy(
                List.of(clientIdPrefix + "*"), List.of(topicPrefix + "/*"), List.of(), false, Denial.PUBACK);
    }

    public RolePolicy clients(String... patterns) {
        return new RolePolicy(List.of(patterns), topics, denied, retain, denial);
    }

    public RolePolicy retain(boolean allowed) {
        return new RolePolicy(clients, topics, denied, allowed, denial);
    }

    public RolePolicy denial(Denial how) {
        return new RolePolicy(clients, topics, denied, retain, how);
    }

    boolean allowsConnect(String clientId) {
        return any(clients, clientId);
    }

    boolean allowsPublish(String topic, boolean retained) {
        return any(topics, topic) && !any(denied, topic) && (retain || !retained);
    }

    private static boolean any(List<String> patterns, String name) {
        for (String pattern : patterns) {
            if (matches(pattern, name)) {
                return true;
            }
        }
        return false;
    }

    /** Both from the left; behind a star that was too greedy or too modest, once more from there. */
    private static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int tried = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                tried = n;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++tried;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
