package io.github.kinesisiot.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.language.simple.SimpleExpressionParser;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;

/** The check of one value. Throws {@link IllegalArgumentException} whose message completes 'expected …'. */
@FunctionalInterface
interface Check {

    Pattern STREAM_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    Pattern STREAM_ARN =
            Pattern.compile("arn:aws[a-z-]*:kinesis:([a-z0-9-]+):(\\d{12}):stream/([a-zA-Z0-9_.-]{1,128})");
    Pattern ROLE_ARN = Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]{1,512}");
    Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]+)+-\\d{1,2}");
    Pattern HOST_AND_PORT =
            Pattern.compile("([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

    void check(String value);

    static void stream(String value) {
        expect(
                STREAM_NAME.matcher(value).matches()
                        || STREAM_ARN.matcher(value).matches(),
                "a stream name (1 to 128 of A-Z a-z 0-9 _ . -) or its ARN, arn:aws:kinesis:<region>:<account>:stream/<name>");
    }

    static void region(String value) {
        expect(REGION.matcher(value).matches(), "a region code such as eu-west-1");
    }

    static void application(String value) {
        expect(value.matches("[a-zA-Z0-9_.-]{3,255}"), "the name of a DynamoDB table: 3 to 255 of A-Z a-z 0-9 _ . -");
    }

    static void start(String value) {
        if (value.equals("TRIM_HORIZON") || value.equals("LATEST")) {
            return;
        }
        try {
            Instant.parse(value);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("TRIM_HORIZON, LATEST or an instant such as 2026-11-22T00:00:00Z", e);
        }
    }

    static void roleArn(String value) {
        expect(
                ROLE_ARN.matcher(value).matches(),
                "the ARN of the role in the target account, arn:aws:iam::<account>:role/<name>");
    }

    /** The name of a further role, which tells its meters, check and thread from those of the first. */
    static void furtherRole(String value) {
        expect(
                value.matches("[A-Za-z0-9_-]{1,40}") && !value.equals("target"),
                "1 to 40 of A-Z a-z 0-9 _ -, and not target, which is the role of the settings");
    }

    static void sourceIdentity(String value) {
        expect(
                value.matches("[\\w+=,.@-]{2,64}")
                        && !value.toLowerCase(Locale.ROOT).startsWith("aws:"),
                "2 to 64 of A-Z a-z 0-9 _ + = , . @ -");
    }

    static void tags(String value) {
        SessionTags.parse(value);
    }

    static void policy(String value) {
        expect(
                value.length() <= 2048
                        && value.startsWith("{")
                        && value.endsWith("}")
                        && value.matches("[\\t\\n\\r\\u0020-\\u00FF]+"),
                "an inline session policy: a JSON object of at most 2048 characters, all of Latin-1");
    }

    static void endpoint(String value) {
        expect(
                !value.contains("://"),
                "host or host:port without a scheme, e.g. abc123-ats.iot.eu-west-1.amazonaws.com");
        var matcher = HOST_AND_PORT.matcher(value);
        expect(
                matcher.matches() && (matcher.group(2) == null || inRange(matcher.group(2), 1, 65_535)),
                "host or host:port of the target account's data endpoint, e.g. abc123-ats.iot.eu-west-1.amazonaws.com");
    }

    static void topic(String value) {
        expect(!value.isBlank(), "a topic or a Camel simple expression that gives one");
        try {
            // Without a context it gets as far as making sense of the text; what a function needs is found at the
            // start.
            new SimpleExpressionParser(null, value, true, true, null).parseExpression();
        } catch (SimpleIllegalSyntaxException e) {
            boolean ofTheText = e.getCause() == null || e.getCause() instanceof SimpleParserException;
            expect(
                    !ofTheText,
                    "a Camel simple expression; this is none: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } catch (RuntimeException e) {
            // For lack of a context: no fault of the text.
        }
    }

    static void clientId(String value) {
        // 128 bytes less the slot that each connection appends.
        expect(
                value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= 120
                        && !value.startsWith("$")
                        && value.matches("[^\\s\\p{Cntrl}]+"),
                "at most 120 bytes without blanks, not starting with $ (each connection appends its slot)");
    }

    static void readableFile(String value) {
        expect(Files.isReadable(Path.of(value)), "a readable PEM file");
    }

    static void directory(String value) {
        expect(
                !Files.exists(Path.of(value)) || Files.isDirectory(Path.of(value)),
                "a directory, or a path where one can be created");
    }

    static Check oneOf(String... values) {
        return value -> expect(List.of(values).contains(value), "one of " + String.join(", ", values));
    }

    static Check noneOrListOf(String... names) {
        return value -> expect(
                value.equals("none") || List.of(names).containsAll(List.of(value.split("\\s*,\\s*", -1))),
                "none, or a list of " + String.join(", ", names));
    }

    static Check pattern(String regex, String expected) {
        var pattern = Pattern.compile(regex);
        return value -> expect(pattern.matcher(value).matches(), expected);
    }

    static Check integer(long min, long max) {
        return value -> expect(inRange(value, min, max), "a whole number from " + min + " to " + max);
    }

    static Check duration(String min, String max) {
        return new DurationRange(min, max)::check;
    }

    static Check unlimitedOr(Check limited) {
        return value -> {
            if (!value.equals("unlimited")) {
                try {
                    limited.check(value);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("unlimited, or " + e.getMessage(), e);
                }
            }
        };
    }

    private static boolean inRange(String value, long min, long max) {
        if (!value.matches("\\d{1,18}")) {
            return false;
        }
        long number = Long.parseLong(value);
        return number >= min && number <= max;
    }

    private static void expect(boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(expected);
        }
    }
}
