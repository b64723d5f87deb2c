package io.github.kinesisiot.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookalikesTest {

    // The bridge starts with the default, and nobody knows why the variable has no effect.
    @ParameterizedTest
    @CsvSource({
        "IOT_CLIENTID, IOT_CLIENT_ID",
        "KINESIS_STREAM_NAME, KINESIS_STREAM",
        "EXTERNAL_ROLE_EXTERNALID, EXTERNAL_ROLE_EXTERNAL_ID",
        "DEAD_LETTER_DIR, DEAD_LETTER_DIRECTORY",
        "MAX_ATTEMPT, MAX_ATTEMPTS",
        "LOG_FORMATS, LOG_FORMAT"
    })
    void aMisspelledVariableIsFoundWithTheOneThatWasMeant(String variable, String meant) {
        assertThat(Lookalikes.of(List.of(variable), "environment variable"))
                .singleElement()
                .hasToString(variable
                        + " (environment variable): it looks like a setting of the bridge, and there is no such setting; expected "
                        + meant + " perhaps");
    }

    // A warning that comes with every start in a cluster is read by nobody.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "KINESIS_STREAM",
                "KINESIS_PORT",
                "KINESIS_SERVICE_HOST",
                "KINESIS_SERVICE_PORT_HTTPS",
                "IOT_CORE_PORT_443_TCP_ADDR",
                "IOT_CORE_PORT_443_TCP",
                "MAX_HEAP",
                "MAX_RAM_PERCENTAGE",
                "LOG_LEVEL",
                "AWS_REGION",
                "PATH"
            })
    void whatIsOursOrSomebodyElsesIsLeftAlone(String variable) {
        assertThat(Lookalikes.of(List.of(variable), "environment variable")).isEmpty();
    }

    @Test
    void severalAreListedInOrder() {
        assertThat(Lookalikes.of(List.of("IOT_X", "DEAD_LETTER_X"), "environment variable"))
                .extracting(Problem::key)
                .containsExactly("DEAD_LETTER_X", "IOT_X");
    }
}
