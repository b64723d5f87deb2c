package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kinesisiot.time.SystemProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** With the SDK's own sentence: another version of it may word it otherwise. */
class CredentialChainTest {

    private final SystemProperties properties = new SystemProperties();

    @BeforeEach
    void noCredentials() {
        properties.set("aws.disableEc2Metadata", "true");
        properties.set("aws.sharedCredentialsFile", "/no/such/file");
        properties.set("aws.configFile", "/no/such/file");
    }

    @AfterEach
    void forget() {
        properties.close();
    }

    // Six parts that nobody has set up are a page of text with nothing in it.
    @Test
    void aChainThatNobodyHasSetUpIsOneSentence() {
        assertThat(sentence())
                .startsWith("the SDK's default chain found no SOURCE credentials")
                .doesNotContain("Provider");
    }

    // The one part that was set up, and failed, is what one has to read.
    @Test
    void thePartThatWasSetUpAndFailedIsNamed() {
        properties.set("aws.webIdentityTokenFile", "/no/such/token");
        properties.set("aws.roleArn", "arn:aws:iam::111111111111:role/bridge");
        assertThat(sentence())
                .contains("What was set up failed: WebIdentityTokenCredentialsProvider: ")
                .contains("/no/such/token")
                .doesNotContain("EnvironmentVariableCredentialsProvider");
    }

    private String sentence() {
        var provider =
                DefaultCredentialsProvider.builder().profileName("default").build();
        var failure = catchThrowableOfType(SdkClientException.class, provider::resolveCredentials);
        return CredentialChain.sentence(failure.getMessage());
    }
}
