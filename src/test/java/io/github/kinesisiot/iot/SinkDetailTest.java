package io.github.kinesisiot.iot;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.iot.SinkDetail.ConnectionDetail;
import io.github.kinesisiot.iot.SinkDetail.State;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

class SinkDetailTest {

    private final TestPool.Settings settings = new TestPool.Settings();
    private final TestSessions sessions = TestSessions.invented();

    // Which connection is how old, signed with what and doing how much is what an imbalance or a stuck renewal shows
    // in.
    @Test
    void aConnectionTellsItsAgeItsSessionAndWhatWasAcknowledgedOnIt() throws Exception {
        var nanos = new AtomicLong();
        settings.signing = Optional.of(new PoolSettings.Signing(sessions, "eu-west-1"));
        try (ScriptedBroker broker = new ScriptedBroker(ScriptedBroker.wellBehaved())) {
            sessions.begin();
            try (TestPool pool = new TestPool(settings.of(broker.url()), Clock.systemUTC(), nanos::get)) {
                pool.publishAll(7)
                        .forEach(result -> assertThat(result.failure()).isNull());
                nanos.addAndGet(Duration.ofMinutes(3).toNanos());
                ConnectionDetail detail = only(pool);
                assertThat(detail)
                        .isEqualTo(
                                new ConnectionDetail(0, Optional.of("test"), State.UP, 180, 1, 7, 0, Optional.empty()));
            }
        }
    }

    // Without a session there is nothing to connect with: an empty list would look like a setting that is missing.
    @Test
    void aSlotWithoutAConnectionTellsWhatItWaitsFor() throws Exception {
        settings.signing = Optional.of(new PoolSettings.Signing(sessions, "eu-west-1"));
        try (ScriptedBroker broker = new ScriptedBroker(ScriptedBroker.wellBehaved());
                TestPool pool = new TestPool(settings.of(broker.url()))) {
            await().until(() -> only(pool).problem().isPresent());
            assertThat(only(pool))
                    .isEqualTo(new ConnectionDetail(
                            0,
                            Optional.empty(),
                            State.DOWN,
                            0,
                            0,
                            0,
                            0,
                            Optional.of("waiting for a session of the role to assume")));
        }
    }

    // A publish the broker refuses is none that it acknowledged.
    @Test
    void whatIsRefusedIsNotCountedAsAcknowledged() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker(peer -> {
                    peer.acceptUpgrade();
                    peer.acceptConnect(new MqttProperties());
                    peer.acknowledge(peer.publish(), 0x87);
                    peer.acknowledge(peer.publish(), 0x10);
                    peer.silence();
                });
                TestPool pool = new TestPool(settings.of(broker.url()))) {
            assertThat(pool.publish("denied").failure()).isNotNull();
            assertThat(pool.publish("fine").failure()).isNull();
            assertThat(only(pool).acknowledged()).isOne();
        }
    }

    private static ConnectionDetail only(TestPool pool) {
        List<ConnectionDetail> details = pool.pool.details();
        assertThat(details).hasSize(1);
        return details.get(0);
    }
}
