package io.github.kinesisiot.iot;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the region to sign for out of the host name of an AWS IoT endpoint. */
final class EndpointRegion {

    // …-ats.iot.eu-west-1.amazonaws.com, ….iot.cn-north-1.amazonaws.com.cn, vpce-….iot.us-east-1.vpce.amazonaws.com,
    // ….iot-fips.us-gov-west-1…
    private static final Pattern LABELS = Pattern.compile("(?:^|\\.)iot(?:-fips)?\\.([a-z]{2,}(?:-[a-z]+)+-\\d+)\\.");

    private EndpointRegion() {}

    static Optional<String> of(String host) {
        Matcher matcher = LABELS.matcher(host);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
