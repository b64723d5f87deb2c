package io.github.kinesisiot.config;

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
                return HostName.OF_THIS_PROCESS;
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
