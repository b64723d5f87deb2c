package io.github.kinesisiot.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A statement of a policy, with everything filled in that is known.
 *
 * @param principal for a trust policy, or the policy of a resource
 * @param resource for a policy of an identity, or of a resource
 * @param condition operator, then key, then value: a string, or a list of strings
 */
record Statement(
        List<String> actions,
        Optional<String> principal,
        Optional<String> resource,
        Map<String, Map<String, Object>> condition) {

    static Statement allow(List<String> actions, String resource) {
        return new Statement(actions, Optional.empty(), Optional.of(resource), Map.of());
    }

    static Statement allow(String action, String resource, Map<String, Map<String, Object>> condition) {
        return new Statement(List.of(action), Optional.empty(), Optional.of(resource), condition);
    }

    static Statement trust(String action, String principal, Map<String, Map<String, Object>> condition) {
        return new Statement(List.of(action), Optional.of(principal), Optional.empty(), condition);
    }

    static Statement share(List<String> actions, String principal, String resource) {
        return new Statement(actions, Optional.of(principal), Optional.of(resource), Map.of());
    }
}
