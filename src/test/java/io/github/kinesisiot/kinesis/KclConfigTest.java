package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

class KclConfigTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** DynamoDB may answer with an older checkpoint than the one just written: a shard that moves, or a clean restart, then repeats records. */
    @Test
    void theCheckpointThatAShardBeginsAtIsReadConsistently() throws Exception {
        List<Object> asked = new CopyOnWriteArrayList<>();
        KclClients clients = StubClients.of(request -> {
            asked.add(request);
            return GetItemResponse.builder().build();
        });

        StubClients.config(clients, threads)
                .leaseManagement()
                .createLeaseRefresher()
                .getLease("shard-1");

        assertThat(asked).singleElement().isInstanceOfSatisfying(GetItemRequest.class, request -> assertThat(
                        request.consistentRead())
                .isTrue());
    }
}
