package io.github.kinesisiot.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Reads the settings with Camel's own precedence (system property, then environment variable, then file), fills in what is derived from
 * others and checks everything before anything is opened. An empty value counts as not set.
 */
public final class SettingsReader {

    /** Keys that begin like this are ours: one that is not in {@link Key} is a misspelling, and Camel would ignore it silently. */
    private static final List<String> NAMESPACES =
            List.of("kinesis.", "external.role.", "iot.", "dead-letter.", "log.", "max-", "tracing.");

    private final Path file;
    private final Map<String, String> environment;
    private final Properties systemProperties;
    private final Machine machine;

    private final Map<Key, String> values = new EnumMap<>(Key.class);
    private final Map<Key, String> sources = new EnumMap<>(Key.class);
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    private SettingsReader(Path file, Map<String, String> environment, Properties systemProperties, Machine machine) {
        this.file = file;
        this.environment = environment;
        this.systemProperties = systemProperties;
        this.machine = machine;
    }

    /**
     * @param file the properties file; it may be absent when everything is in the environment
     * @throws SettingsException with every problem found
     */
    public static Settings read(
            Path file, Map<String, String> environment, Properties systemProperties, Machine machine)
            throws SettingsException {
        return new SettingsReader(file, environment, systemProperties, machine).read();
    }

    /** What is needed before anything may be refused: the value of one key as it stands, or its default. */
    public static Optional<String> peek(
            Key key, Path file, Map<String, String> environment, Properties systemProperties) {
        var reader = new SettingsReader(file, environment, systemProperties, null);
        Properties fromFile;
        try {
            fromFile = SettingsFile.load(file);
        } catch (SettingsException e) {
            // Read again, and refused, by whoever wants all of it.
            fromFile = new Properties();
        }
        reader.collect(key, fromFile);
        return Optional.ofNullable(reader.values.get(key));
    }

    /** What {@link Key#KINESIS_APPLICATION} is where it is not set. */
    public static String defaultApplication(String stream) {
        var arn = Check.STREAM_ARN.matcher(stream);
        return (arn.matches() ? arn.group(3) : stream) + "-iot-bridge";
    }

    private Settings read() throws SettingsException {
        var fromFile = new Properties();
        try {
            fromFile.putAll(SettingsFile.load(file));
        } catch (SettingsException e) {
            problems.addAll(e.problems());
        }
        boolean fileIsRead = problems.isEmpty();
        refuseUnknown(fromFile);
        warnings.addAll(Lookalikes.of(environment.keySet(), "environment variable"));
        for (Key key : Key.values()) {
            collect(key, fromFile);
        }
        if (fileIsRead) {
            // Else nobody knows what is missing.
            require();
            derive();
            crossCheck();
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new Settings(values, warnings, fromFile);
    }

    private void refuseUnknown(Properties fromFile) {
        for (String name : new TreeSet<>(fromFile.stringPropertyNames())) {
            if (NAMESPACES.stream().anyMatch(name::startsWith)
                    && Key.ofProperty(name).isEmpty()) {
                problems.add(new Problem(name, file.toString(), "there is no such key", Nearest.to(name) + " perhaps"));
            }
        }
    }

    private void collect(Key key, Properties fromFile) {
        String variable = key.environmentVariable();
        String value;
        if (isSet(value = systemProperties.getProperty(key.property()))) {
            accept(key, value, "system property " + key.property());
        } else if (isSet(value = environment.get(variable))) {
            accept(key, value, "environment variable " + variable);
        } else if (isSet(value = fromFile.getProperty(key.property()))) {
            accept(key, value, file.toString());
        } else if (key.fixedDefault().isPresent()) {
            values.put(key, key.fixedDefault().get());
        }
    }

    private void require() {
        for (Key key : Key.values()) {
            if (key.required() && !values.containsKey(key)) {
                problems.add(new Problem(
                        key.property(),
                        "set it in " + file + " or as environment variable " + key.environmentVariable(),
                        "it is required and not set",
                        expectation(key)));
            }
        }
    }

    private void accept(Key key, String given, String source) {
        String value = given.strip();
        // What is meant, for the checks that look at several values.
        String bare = withoutQuotes(value);
        values.put(key, bare);
        sources.put(key, source);
        List<String> expected = new ArrayList<>();
        if (!bare.equals(value)) {
            // Nothing that can be set is meant to begin and end with them.
            expected.add("the value without the quotes, which docker --env-file and the settings file pass on");
        }
        try {
            key.check(bare);
        } catch (IllegalArgumentException e) {
            expected.add(e.getMessage());
        }
        if (!expected.isEmpty()) {
            problems.add(new Problem(
                    key.property(), source, "cannot use " + shown(key, value), String.join(", and ", expected)));
        }
    }

    private static String withoutQuotes(String value) {
        boolean quoted = value.length() > 1
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(0) == value.charAt(value.length() - 1);
        return quoted ? value.substring(1, value.length() - 1).strip() : value;
    }

    private void derive() {
        String stream = values.get(Key.KINESIS_STREAM);
        if (stream != null) {
            var arn = Check.STREAM_ARN.matcher(stream);
            boolean isArn = arn.matches();
            values.putIfAbsent(Key.KINESIS_APPLICATION, defaultApplication(stream));
            if (isArn) {
                values.putIfAbsent(Key.KINESIS_REGION, arn.group(1));
            }
        }
        if (!values.containsKey(Key.KINESIS_REGION)) {
            // Without it Camel's STS component would ask the global endpoint, whose sessions opt-in regions refuse.
            machine.region()
                    .ifPresent(region ->
                            accept(Key.KINESIS_REGION, region, "the AWS SDK's chain: AWS_REGION, profile, instance"));
        }
        values.putIfAbsent(
                Key.ROLE_SESSION_NAME,
                cut(("kinesis-iot-bridge-" + machine.hostName()).replaceAll("[^\\w+=,.@-]", "-"), 64));
        values.putIfAbsent(
                Key.IOT_CLIENT_ID,
                cut((IotResources.DERIVED_CLIENT_ID + machine.hostName()).replaceAll("[^\\w.-]", "-"), 100));
    }

    private void crossCheck() {
        String stream = values.get(Key.KINESIS_STREAM);
        String region = values.get(Key.KINESIS_REGION);
        if (stream != null && sources.containsKey(Key.KINESIS_REGION)) {
            var arn = Check.STREAM_ARN.matcher(stream);
            if (arn.matches() && !arn.group(1).equals(region)) {
                problems.add(new Problem(
                        Key.KINESIS_REGION.property(),
                        sources.get(Key.KINESIS_REGION),
                        "it is " + region + " but the stream's ARN is in " + arn.group(1),
                        "the same region in both, or no kinesis.region"));
            }
        }
        if (region == null) {
            problems.add(new Problem(
                    Key.KINESIS_REGION.property(),
                    "set it in " + file + " or as environment variable AWS_REGION",
                    "it is not set and the AWS SDK's chain (environment, profile, instance) knows none"
                            + (isSet(environment.get("AWS_DEFAULT_REGION"))
                                    ? "; AWS_DEFAULT_REGION is set, which the AWS CLI reads and the AWS SDK for Java does not"
                                    : ""),
                    expectation(Key.KINESIS_REGION)));
        }
        String arns = values.get(Key.ROLE_POLICY_ARNS);
        String policy = values.getOrDefault(Key.ROLE_POLICY, "");
        if (arns != null && policy.length() + PolicyArns.length(arns) > PolicyArns.LONGEST_TOGETHER) {
            problems.add(new Problem(
                    Key.ROLE_POLICY_ARNS.property(),
                    sources.get(Key.ROLE_POLICY_ARNS),
                    "together with " + Key.ROLE_POLICY.property() + " it is too long for STS",
                    "at most " + PolicyArns.LONGEST_TOGETHER + " characters in both"));
        }
        crossCheckPartitions();
        if (isFine(Key.IOT_ENDPOINT)
                && !values.containsKey(Key.IOT_REGION)
                && EndpointRegion.ofEndpoint(values.get(Key.IOT_ENDPOINT)).isEmpty()) {
            problems.add(new Problem(
                    Key.IOT_REGION.property(),
                    "set it in " + file + " or as environment variable " + Key.IOT_REGION.environmentVariable(),
                    "it is not set and the host name of iot.endpoint tells no region",
                    "the region to sign for, e.g. eu-west-1"));
        }
    }

    private void crossCheckPartitions() {
        if (!isFine(Key.ROLE_ARN)) {
            return;
        }
        var partitions = new Partitions(values.get(Key.ROLE_ARN));
        if (isFine(Key.KINESIS_STREAM) && values.get(Key.KINESIS_STREAM).startsWith("arn:")) {
            partitions.arn(Key.KINESIS_STREAM.property(), values.get(Key.KINESIS_STREAM));
        }
        if (isFine(Key.KINESIS_REGION)) {
            partitions.region(Key.KINESIS_REGION.property(), values.get(Key.KINESIS_REGION));
        }
        if (isFine(Key.IOT_REGION)) {
            partitions.region(Key.IOT_REGION.property(), values.get(Key.IOT_REGION));
        } else if (isFine(Key.IOT_ENDPOINT)) {
            EndpointRegion.ofEndpoint(values.get(Key.IOT_ENDPOINT))
                    .ifPresent(region -> partitions.region("the region of " + Key.IOT_ENDPOINT.property(), region));
        }
        if (isFine(Key.ROLE_POLICY_ARNS)) {
            PolicyArns.parse(values.get(Key.ROLE_POLICY_ARNS)).forEach(arn -> partitions.arn(arn, arn));
        }
        if (!partitions.elsewhere().isEmpty()) {
            problems.add(new Problem(
                    Key.ROLE_ARN.property(),
                    sources.get(Key.ROLE_ARN),
                    "it is in the partition " + partitions.partition() + ", but "
                            + String.join(", ", partitions.elsewhere()),
                    "one partition for all, since no role can be assumed from one into another"));
        }
    }

    private boolean isFine(Key key) {
        return values.containsKey(key)
                && problems.stream().noneMatch(problem -> problem.key().equals(key.property()));
    }

    private static String expectation(Key key) {
        try {
            key.check("");
            return "a value";
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static String shown(Key key, String value) {
        return switch (key) {
            case ROLE_EXTERNAL_ID, ROLE_POLICY -> "a value of " + value.length() + " characters";
            default -> "'" + cut(value.replaceAll("\\p{Cntrl}", "?"), 200) + "'";
        };
    }

    private static boolean isSet(String value) {
        return value != null && !value.isBlank();
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
