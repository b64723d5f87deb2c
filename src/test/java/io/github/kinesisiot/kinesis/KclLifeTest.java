package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class KclLifeTest {

    private static final String FOREIGN = "arn:aws:kinesis:eu-west-1:333333333333:stream/orders";

    /** KCL would register its consumer at, and read, the stream of this name in the bridge's own account. */
    @ParameterizedTest
    @ValueSource(strings = {"arn:aws:kinesis:eu-west-1:111111111111:stream/orders", ""})
    void fanOutFromAnotherAccountIsRefusedBeforeAnythingIsMade(String own) {
        List<Object> asked = new CopyOnWriteArrayList<>();
        KclClients clients = StubClients.of(request -> {
            asked.add(request);
            if (!(request instanceof DescribeStreamSummaryRequest)) {
                return null;
            }
            if (own.isEmpty()) {
                throw ResourceNotFoundException.builder().message("no").build();
            }
            return DescribeStreamSummaryResponse.builder()
                    .streamDescriptionSummary(summary -> summary.streamARN(own))
                    .build();
        });
        KclLife life = new KclLife(
                StreamName.parse(FOREIGN),
                "orders-app",
                StubClients.settings(SourceSettings.Retrieval.FAN_OUT),
                clients,
                "worker-1",
                false,
                gaps -> {
                    throw new AssertionError("nothing is read");
                },
                Clock.systemUTC());
        try {
            assertThatThrownBy(() -> life.prepare(new GapGuard(shard -> {}), state -> {}, duration -> {}))
                    .isInstanceOf(ForeignStreamException.class)
                    .hasMessageContainingAll(FOREIGN, own, "kinesis.retrieval=polling");
        } finally {
            life.ended();
        }
        assertThat(asked).noneSatisfy(request -> assertThat(request).isInstanceOf(DynamoDbRequest.class));
    }
}
