package io.github.kinesisiot.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the region to sign for out of the host name of an AWS IoT endpoint. */
public final class EndpointRegion {

    /** The service, FIPS or not, the region, a VPC endpoint's label or none, and what AWS has its names end in: in each partition, dual-stack or not. */
    private static final Pattern HOST = Pattern.compile("(?:.+\\.)?iot(?:-fips)?\\.([a-z]{2,}(?:-[a-z]+)+-\\d+)\\."
            + "(?:vpce\\.)?(?:amazonaws\\.(?:com|com\\.cn|eu)|api\\.aws|api\\.amazonwebservices\\.(?:com\\.cn|eu))");

    private EndpointRegion() {}

    /** @param host without a port */
    public static Optional<String> of(String host) {
        Matcher matcher = HOST.matcher(host.toLowerCase(Locale.ROOT));
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** @param endpoint host or host:port */
    static Optional<String> ofEndpoint(String endpoint) {
        return of(endpoint.replaceFirst(":\\d+$", ""));
    }
}
