package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** With the SDK's own sentence: another version of it may word it otherwise. */
class CredentialChainTest {

    private final List<String> properties = new ArrayList<>();

    @BeforeEach
    void noCredentials() {
        set("aws.disableEc2Metadata", "true");
        set("aws.sharedCredentialsFile", "/no/such/file");
        set("aws.configFile", "/no/such/file");
    }

    @AfterEach
    void forget() {
        properties.forEach(System::clearProperty);
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
        set("aws.webIdentityTokenFile", "/no/such/token");
        set("aws.roleArn", "arn:aws:iam::111111111111:role/bridge");
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

    private void set(String property, String value) {
        properties.add(property);
        System.setProperty(property, value);
    }
}
