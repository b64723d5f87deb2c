package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.Deflater;

/**
 * What narrows a session: an inline policy and managed ones. AWS packs them, with the session tags, into a form with a limit of its own that it
 * does not document; here they are compressed instead.
 *
 * @param policy the inline policy
 */
record SessionPolicies(Optional<String> policy, List<String> arns) {
    private static final int LONGEST = 2048;
    private static final Pattern POLICY_CHARACTERS = Pattern.compile("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+");
    private static final Pattern POLICY_ARN = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/[\\w+=,.@/-]+");

    static SessionPolicies of(StsParameters parameters) {
        return new SessionPolicies(parameters.get("Policy"), parameters.list("PolicyArns", ".arn"));
    }

    void constrain(StsConstraints constraints) {
        constraints.text("policy", policy, 1, LONGEST, POLICY_CHARACTERS);
        constraints.size("policyArns", arns, 10);
        for (int i = 0; i < arns.size(); i++) {
            constraints.text("policyArns." + (i + 1) + ".member.arn", Optional.of(arns.get(i)), 20, 2048);
        }
    }

    void check() {
        policy.ifPresent(SessionPolicies::checkDocument);
        arns.stream()
                .filter(arn -> !POLICY_ARN.matcher(arn).matches())
                .findFirst()
                .ifPresent(arn -> {
                    throw StsConstraints.invalid("ARN " + arn + " is not valid.");
                });
        int plain = policy.orElse("").length()
                + arns.stream().mapToInt(String::length).sum();
        refuseAbove100(plain * 100 / LONGEST);
    }

    /** The share of the packed form's limit that policies and tags take, in percent; throws when they take too much. */
    int packedPercent(String tags) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput((policy.orElse("") + arns + tags).getBytes(StandardCharsets.UTF_8));
            deflater.finish();
            byte[] buffer = new byte[65_536];
            int percent = deflater.deflate(buffer) * 100 / LONGEST;
            refuseAbove100(percent);
            return percent;
        } finally {
            deflater.end();
        }
    }

    private static void refuseAbove100(int percent) {
        if (percent > 100) {
            throw new RefusedException(
                    400,
                    "PackedPolicyTooLarge",
                    "Packed policy consumes " + percent + "% of allotted space, please use smaller policy.");
        }
    }

    private static void checkDocument(String text) {
        JsonNode document = Json.read(text).orElseThrow(() -> malformed("This policy contains invalid Json"));
        if (!document.isObject()) {
            throw malformed("Syntax errors in policy.");
        }
        if (!document.path("Version").asText().equals("2012-10-17")) {
            throw malformed("Policy document must be version 2012-10-17 or greater.");
        }
        JsonNode statements = document.path("Statement");
        if (statements.isObject()) {
            checkStatement(statements);
        } else if (statements.isArray() && !statements.isEmpty()) {
            statements.forEach(SessionPolicies::checkStatement);
        } else {
            throw malformed("Syntax errors in policy.");
        }
    }

    private static void checkStatement(JsonNode statement) {
        String effect = statement.path("Effect").asText();
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            throw malformed("Syntax errors in policy.");
        }
        if (statement.has("Principal") || statement.has("NotPrincipal")) {
            throw malformed("Policy document should not specify a principal.");
        }
        if (isEmpty(statement.path("Action")) && isEmpty(statement.path("NotAction"))) {
            throw malformed("Policy statement must contain actions.");
        }
        if (isEmpty(statement.path("Resource")) && isEmpty(statement.path("NotResource"))) {
            throw malformed("Policy statement must contain resources.");
        }
    }

    private static boolean isEmpty(JsonNode texts) {
        return texts.isTextual() ? texts.asText().isEmpty() : texts.isEmpty();
    }

    private static RefusedException malformed(String message) {
        return new RefusedException(400, "MalformedPolicyDocument", message);
    }
}
