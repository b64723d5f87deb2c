package io.github.kinesisiot.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostNameTest {

    // Two hosts without a name were both 'unknown', and threw each other off their client ids for ever.
    @Test
    void aHostWithoutANameGetsOneThatNobodyElseHas() {
        String one = HostName.first(List.of(() -> null, () -> "", () -> "localhost"));
        String other = HostName.first(List.of(() -> " ", () -> "(none)\n", () -> "unknown"));
        assertThat(one).matches("[0-9a-f-]{13}").isNotEqualTo(other);
    }

    @Test
    void theFirstThatIsANameIsTaken() {
        assertThat(HostName.first(List.of(() -> "bridge-7c9f9d-x2k4p", () -> "host-1")))
                .isEqualTo("bridge-7c9f9d-x2k4p");
        assertThat(HostName.first(List.of(() -> null, () -> "host-1\n"))).isEqualTo("host-1");
    }

    @Test
    void aFileThatIsNotThereIsNoName() {
        assertThat(HostName.read(Path.of("no-such-file"))).isNull();
    }

    // Session name, client id and the check ask each for themselves.
    @Test
    void theNameOfAProcessStays() {
        assertThat(Machine.real().hostName())
                .isNotBlank()
                .isEqualTo(Machine.real().hostName());
    }
}
