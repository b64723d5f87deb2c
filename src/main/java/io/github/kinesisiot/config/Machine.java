package io.github.kinesisiot.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** What the machine tells about itself, for the defaults that depend on it. */
public interface Machine {

    /** Tells containers apart in the default session name and client id. */
    String hostName();

    /** The region by the SDK's own chain: AWS_REGION, profile, and last the instance's metadata, which takes seconds where there is none. */
    Optional<String> region();

    static Machine real() {
        return new Machine() {
            @Override
            public String hostName() {
                try {
                    return InetAddress.getLocalHost().getHostName();
                } catch (UnknownHostException e) {
                    // A container without an entry for its own name.
                    return "unknown";
                }
            }

            @Override
            public Optional<String> region() {
                try {
                    return Optional.of(
                            new DefaultAwsRegionProviderChain().getRegion().id());
                } catch (SdkClientException e) {
                    return Optional.empty();
                }
            }
        };
    }
}
