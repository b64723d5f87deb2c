package io.github.kinesisiot.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.iot.SinkStatus;
import io.github.kinesisiot.kinesis.SourceStatus;
import io.github.kinesisiot.kinesis.SourceStatus.BlockedShard;
import io.github.kinesisiot.page.Station.Place;
import io.github.kinesisiot.page.Station.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StationsTest {

    private final Snapshots bridge = new Snapshots();

    // Somebody who is woken looks for what is not green: on a good day that is nothing.
    @Test
    void allStationsOfAHealthyBridgeAreWellAndInTheOrderOfThePath() {
        assertThat(Stations.of(bridge.take()))
                .extracting(Station::place)
                .containsExactly(
                        Place.STREAM,
                        Place.WINDOW,
                        Place.ROUTE,
                        Place.CONNECTIONS,
                        Place.TOPIC,
                        Place.DEAD_LETTERS,
                        Place.SESSION);
        assertThat(Stations.of(bridge.take()))
                .allSatisfy(station ->
                        assertThat(station.state()).as(station.toString()).isEqualTo(State.OK));
        assertThat(station(Place.STREAM).says()).isEqualTo("2 shards read here");
        assertThat(station(Place.WINDOW).says()).isEqualTo("2 partition keys on the way");
    }

    // A sentence without the reason sends people to the logs.
    @Test
    void whatIsWrongIsSaidAtItsStation() {
        bridge.source = new SourceStatus(false, 0, List.of(), Optional.of("The stream cannot be read: denied"));
        bridge.sink = new SinkStatus(0, 2, 0, false, Optional.of("the upgrade was refused with HTTP 403"));
        bridge.current = Optional.empty();
        bridge.sessionProblem = Optional.of("STS refused the role");
        bridge.hold = Optional.of("held since noon: every record is refused");

        assertFailing(Place.STREAM, "The stream cannot be read: denied");
        assertFailing(Place.CONNECTIONS, "the upgrade was refused with HTTP 403");
        assertFailing(Place.SESSION, "STS refused the role");
        assertFailing(Place.ROUTE, "held since noon: every record is refused");
        assertThat(station(Place.TOPIC).state()).isEqualTo(State.WARNING);
    }

    // A blocked shard makes the bridge not ready: the record that does it has to be named.
    @Test
    void aBlockedShardFailsTheWindowWithTheRecordAndTheReason() {
        var blocked = new BlockedShard("shardId-0", "4951", "NOT_AUTHORIZED", 12, Snapshots.NOW.minusSeconds(40));
        bridge.source = new SourceStatus(true, 2, List.of(blocked), Optional.empty());
        bridge.checks.add(Snapshots.check("stream", false));

        assertFailing(
                Place.WINDOW, "Shard shardId-0 waits for record 4951, which fails: NOT_AUTHORIZED, 12 tries so far");
        assertThat(station(Place.STREAM).state()).as("it is read").isEqualTo(State.OK);
    }

    // The probe says 503: a page that is all green then is a lie, also for a check that nobody thought of here.
    @Test
    void aCheckThatIsDownMakesAStationFailWhateverElseIsKnown() {
        bridge.checks.add(Snapshots.check("connections", false));
        bridge.checks.add(Snapshots.check("camel-consumer", false));

        assertFailing(Place.CONNECTIONS, "Check connections: why connections");
        assertFailing(Place.ROUTE, "Check camel-consumer: why camel-consumer");
        assertThat(bridge.take().ready()).isFalse();
    }

    // What serves but is in trouble must be seen before it fails.
    @Test
    void whatStillServesButIsInTroubleIsAWarning() {
        bridge.sessionProblem = Optional.of("STS throttles the calls");
        bridge.sink = new SinkStatus(1, 2, 0, false, Optional.of("quota exceeded"));

        assertThat(station(Place.SESSION))
                .isEqualTo(new Station(Place.SESSION, State.WARNING, "Renewal fails: STS throttles the calls"));
        assertThat(station(Place.CONNECTIONS).state()).isEqualTo(State.WARNING);
        assertThat(station(Place.TOPIC)).isEqualTo(new Station(Place.TOPIC, State.WARNING, "quota exceeded"));
    }

    // One dead letter of last week must not keep the page yellow for ever.
    @Test
    void aDeadLetterIsAWarningForTenMinutes() {
        bridge.letter("TOPIC_INVALID", Snapshots.NOW.minus(Duration.ofMinutes(9)));
        assertThat(station(Place.DEAD_LETTERS))
                .isEqualTo(new Station(Place.DEAD_LETTERS, State.WARNING, "In the last ten minutes: TOPIC_INVALID"));
        bridge.letter("TOPIC_INVALID", Snapshots.NOW.minus(Duration.ofMinutes(10)));
        assertThat(station(Place.DEAD_LETTERS).state()).isEqualTo(State.OK);
    }

    private void assertFailing(Place place, String says) {
        assertThat(station(place)).isEqualTo(new Station(place, State.FAILING, says));
    }

    private Station station(Place place) {
        return Stations.of(bridge.take()).stream()
                .filter(station -> station.place() == place)
                .findFirst()
                .orElseThrow();
    }
}
