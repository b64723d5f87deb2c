package io.github.kinesisiot.config;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The managed policies of {@code external.role.policy-arns}, which narrow what the session may do. */
final class PolicyArns {

    /** What STS takes of inline policy and ARNs in all. */
    static final int LONGEST_TOGETHER = 2048;

    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/[\\w+=,.@/-]{1,512}");
    // The name of a policy may hold a comma.
    private static final Pattern BETWEEN = Pattern.compile("\\s*,\\s*(?=arn:)");

    private PolicyArns() {}

    /** @throws IllegalArgumentException with what was expected */
    static List<String> parse(String text) {
        List<String> arns = Arrays.asList(BETWEEN.split(text.strip()));
        if (arns.size() > 10 || !arns.stream().allMatch(arn -> ARN.matcher(arn).matches())) {
            throw new IllegalArgumentException(
                    "at most 10 ARNs of managed policies, separated by commas: arn:aws:iam::<account>:policy/<name>");
        }
        return List.copyOf(arns);
    }

    static int length(String text) {
        return Arrays.stream(BETWEEN.split(text.strip()))
                .mapToInt(String::length)
                .sum();
    }
}
