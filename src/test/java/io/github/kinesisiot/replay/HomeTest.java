package io.github.kinesisiot.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.deadletter.DeadLetter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HomeTest {

    private static final String ARN = "arn:aws:kinesis:eu-west-1:111111111111:stream/readings";

    // Foreign letters published are data in the wrong account; one's own refused are a rescue that does not work.
    @ParameterizedTest
    @CsvSource({
        "readings, bridge, readings, bridge, false",
        "readings, bridge, other, bridge, true",
        "readings, bridge, readings, another, true",
        "readings, bridge, , , false",
        "readings, bridge, readings, , false",
        "readings, bridge, , another, true",
        "readings, bridge, " + ARN + ", bridge, false",
        ARN + ", bridge, readings, bridge, false",
        ARN + ", bridge, " + ARN + ", bridge, false",
        ARN + ", bridge, arn:aws:kinesis:eu-west-1:333333333333:stream/readings, bridge, true",
        ", , other, another, false"
    })
    void aLetterIsForeignWhenItSaysThatItIsOfAnotherStreamOrApplication(
            String stream, String application, String ofLetter, String bridge, boolean foreign) {
        var home = new Home(Optional.ofNullable(stream), Optional.ofNullable(application));
        assertThat(home.isForeign(letter(ofLetter, bridge))).isEqualTo(foreign);
    }

    private static DeadLetter letter(String stream, String bridge) {
        return new DeadLetter(
                Instant.EPOCH,
                "X",
                "",
                "key",
                "1",
                0,
                stream,
                "shardId-0",
                null,
                null,
                1,
                null,
                bridge,
                "kinesis-to-iot",
                Map.of(),
                new byte[0]);
    }
}
