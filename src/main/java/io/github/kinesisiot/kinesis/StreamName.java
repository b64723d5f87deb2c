package io.github.kinesisiot.kinesis;

import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.arns.Arn;
import software.amazon.kinesis.common.StreamIdentifier;

/**
 * The stream, given by its name or its ARN.
 *
 * @param name the plain name, also when an ARN was given
 * @param arn present if the stream was given by its ARN: requests then carry it
 */
record StreamName(String name, Optional<Arn> arn) {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final String RESOURCE = "stream/";

    static StreamName parse(String given) {
        if (!given.startsWith("arn:")) {
            return new StreamName(checked(given, given), Optional.empty());
        }
        Arn arn;
        try {
            arn = Arn.fromString(given);
        } catch (IllegalArgumentException malformed) {
            throw wrong(given);
        }
        String resource = arn.resourceAsString();
        if (!"kinesis".equals(arn.service())
                || arn.region().isEmpty()
                || arn.accountId().isEmpty()
                || !resource.startsWith(RESOURCE)) {
            throw wrong(given);
        }
        return new StreamName(checked(resource.substring(RESOURCE.length()), given), Optional.of(arn));
    }

    Optional<String> region() {
        return arn.flatMap(Arn::region);
    }

    StreamIdentifier identifier() {
        return arn.map(StreamIdentifier::singleStreamInstance)
                .orElseGet(() -> StreamIdentifier.singleStreamInstance(name));
    }

    private static String checked(String name, String given) {
        if (!NAME.matcher(name).matches()) {
            throw wrong(given);
        }
        return name;
    }

    private static IllegalArgumentException wrong(String given) {
        return new IllegalArgumentException(
                "stream: '" + given + "' is neither a stream name (1 to 128 of a-z A-Z 0-9 _ . -) nor a stream ARN"
                        + " (arn:aws:kinesis:<region>:<account>:stream/<name>)");
    }

    @Override
    public String toString() {
        return arn.map(Arn::toString).orElse(name);
    }
}
