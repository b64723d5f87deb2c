package io.github.kinesisiot.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.time.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldTest {

    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");

    private final VirtualTime time = new VirtualTime(START);
    private final FakeSink sink = new FakeSink();
    private boolean stopping;
    private final Hold hold = new Hold(sink, time, time.timer(), Runnable::run, () -> stopping);

    // One bad record, or a device that sends only bad ones among good ones, must never stop the others.
    @Test
    void refusalsWithASuccessBetweenThemAreTheRecordsOwn() {
        for (int n = 0; n < 1000; n++) {
            assertThat(hold.refused("device", "too deep")).isTrue();
            if (n % 10 == 9) {
                sink.delivered++;
            }
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(hold.problem()).isEmpty();
    }

    // A topic expression that is wrong for all records: without the hold the stream drains into the dead letter.
    @Test
    void aRunOfRefusalsIsDoubtedAndHeldAfterTenSecondsAndDrainsTwentyAtMost() {
        int stored = 0;
        for (int n = 0; n < 100; n++) {
            stored += hold.refused("device", "too deep") ? 1 : 0;
        }
        assertThat(stored).isEqualTo(Hold.MOST_IN_A_ROW);
        assertThat(hold.problem()).as("doubt holds nobody up").isEmpty();
        assertThat(enter().state).isEqualTo("on");

        time.advance(Hold.DOUBT);
        assertThat(hold.refused("device", "too deep")).isFalse();
        assertThat(hold.problem())
                .hasValueSatisfying(problem ->
                        assertThat(problem).contains("2026-11-22T00:00:10Z").contains("too deep"));
        assertThat(enter().state).isEqualTo("waiting");
    }

    // Nine bad records of ten make runs of twenty by chance; they are not all.
    @Test
    void aSuccessInDoubtLetsTheRefusedOnesBeStored() {
        for (int n = 0; n < 30; n++) {
            hold.refused("device", "too deep");
        }
        assertThat(hold.refused("device", "too deep")).isFalse();
        sink.delivered++;
        assertThat(hold.refused("device", "too deep")).isTrue();
    }

    // Each try of a refused record costs the broker and the log; without back-off a fleet of them is a storm.
    @Test
    void oneRecordAtATimeIsTriedWithPausesUpToTenSeconds() {
        holding();
        List<Record> records = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            records.add(enter());
        }
        List<Long> triedAt = new ArrayList<>();
        for (int second = 1; second <= 60; second++) {
            time.advance(Duration.ofSeconds(1));
            List<Record> on = records.stream().filter(r -> r.state.equals("on")).toList();
            assertThat(on).hasSizeLessThanOrEqualTo(1);
            for (Record record : on) {
                triedAt.add((long) second);
                record.state = "refused";
                hold.refused("device", "no permission");
                hold.ended(record, Hold.End.REFUSED);
            }
        }
        assertThat(triedAt).containsExactly(1L, 3L, 7L, 15L, 25L, 35L, 45L, 55L);
    }

    // A good record that comes while hundreds of bad ones come back from their pauses: behind all of them it would be
    // found
    // in an hour.
    @Test
    void aKeyThatWasNotRefusedIsTriedBeforeThoseThatWere() {
        for (int n = 0; n < 50; n++) {
            hold.refused("device-" + n, "no permission");
        }
        time.advance(Hold.DOUBT);
        hold.refused("device-0", "no permission");
        Record good = enter("good");
        List<Record> again =
                IntStream.range(0, 50).mapToObj(n -> enter("device-" + n)).toList();
        time.advance(Hold.FIRST_PAUSE);
        assertThat(good.state).isEqualTo("on");

        hold.refused("good", "no permission");
        hold.ended(good, Hold.End.REFUSED);
        time.advance(Hold.LONGEST_PAUSE);
        assertThat(again.get(0).state).as("then the one that waits longest").isEqualTo("on");
        assertThat(again.subList(1, 50))
                .allSatisfy(record -> assertThat(record.state).isEqualTo("waiting"));
    }

    // A refusal may close the connection under a good record: counted as tried, that would wait behind all the bad
    // ones.
    @Test
    void aTryThatALostConnectionEndedIsNoTry() {
        holding();
        for (int n = 0; n < 10; n++) {
            enter("lost-" + n, 5);
        }
        Record good = enter("good");
        for (int n = 0; n < 10; n++) {
            hold.refused("bad-" + n, "no permission");
            enter("bad-" + n, 2);
            enter("later-" + n, 5);
        }
        time.advance(Duration.ofSeconds(1));
        assertThat(good.state).isEqualTo("on");
        hold.ended(good, Hold.End.FAILED);
        Record again = enter("good", 2);
        time.advance(Duration.ofSeconds(1));
        assertThat(again.state).isEqualTo("on");
    }

    // A hundred topics that are too deep before a good one: a pause after each would keep the good one for a quarter of
    // an hour.
    @Test
    void afterARefusalThatIsTheRecordsOwnTheNextIsTriedAtOnce() {
        holding();
        List<Record> records =
                IntStream.range(0, 100).mapToObj(n -> enter("device-" + n)).toList();
        time.advance(Duration.ofSeconds(1));
        for (int n = 0; n < 100; n++) {
            List<Record> on =
                    records.stream().filter(record -> record.state.equals("on")).toList();
            assertThat(on).as("try " + n).hasSize(1);
            on.get(0).state = "refused";
            hold.refused("device", "too deep");
            hold.ended(on.get(0), Hold.End.OWN_FAULT);
        }
        assertThat(records).allSatisfy(record -> assertThat(record.state).isEqualTo("refused"));
        assertThat(hold.problem()).isPresent();
    }

    // Waiting for the next try after the permission is there would make an incident longer by a minute.
    @Test
    void theFirstSuccessLetsAllGoOnAtOnce() {
        holding();
        List<Record> records = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            records.add(enter());
        }
        time.advance(Duration.ofSeconds(1));
        sink.delivered++;
        hold.ended(records.get(0), Hold.End.WELL);
        assertThat(records).allSatisfy(record -> assertThat(record.state).isEqualTo("on"));
        assertThat(hold.problem()).isEmpty();
        assertThat(hold.refused("device", "too deep")).isTrue();
    }

    // A filter that drops the record that is tried has published nothing: taken for a success it would drain twenty
    // more each time.
    @Test
    void aRecordThatIsFilteredOutEndsNoHoldAndTheNextIsTriedAtOnce() {
        holding();
        Record first = enter();
        Record second = enter();
        time.advance(Duration.ofSeconds(1));
        hold.ended(first, Hold.End.WELL);
        assertThat(second.state).isEqualTo("on");
        assertThat(hold.problem()).isPresent();
    }

    // A route that puts its records elsewhere has no sink that could say that they arrived.
    @Test
    void withoutASinkAnExchangeThatEndsWellIsTheSuccess() {
        sink.used = false;
        holding();
        Record first = enter();
        Record second = enter();
        time.advance(Duration.ofSeconds(1));
        hold.ended(first, Hold.End.WELL);
        assertThat(second.state).isEqualTo("on");
        assertThat(hold.problem()).isEmpty();
    }

    // A lease that moved while the bridge held: its records, published an hour later, would be out of order for the new
    // owner.
    @Test
    void whatIsNotWantedAnyMoreIsGivenBack() {
        holding();
        Record lost = enter();
        Record kept = enter();
        lost.wanted = false;
        hold.ended(kept, Hold.End.WELL);
        time.advance(Duration.ofMillis(1000));
        assertThat(lost.state).isEqualTo("back");
    }

    // What waits counts as in flight: without this a stop takes its whole time-out.
    @Test
    void aStopGivesEverythingBack() {
        holding();
        Record record = enter();
        Record other = enter();
        stopping = true;
        time.advance(Duration.ofSeconds(1));
        assertThat(record.state).isEqualTo("back");
        assertThat(other.state).isEqualTo("back");
        assertThat(enter().state).isEqualTo("back");
    }

    // A step that never ends for the one record that is tried would hold the bridge for ever.
    @Test
    void aTryThatDoesNotEndIsFollowedByAnother() {
        holding();
        Record hangs = enter("hangs");
        time.advance(Duration.ofSeconds(1));
        assertThat(hangs.state).isEqualTo("on");
        Record second = enter("second");
        time.advance(Hold.LONGEST_TRY.minusSeconds(1));
        assertThat(second.state).isEqualTo("waiting");
        time.advance(Duration.ofSeconds(2));
        assertThat(second.state).isEqualTo("on");
    }

    // One topic that is not allowed blocks its key, and in time its shard, while everything else is published.
    @Test
    void deniedWhileOthersArePublishedIsForGoodAfterHalfAMinute() {
        assertThat(hold.deniedForGood(START)).isFalse();
        time.advance(Duration.ofSeconds(29));
        sink.delivered++;
        assertThat(hold.deniedForGood(START)).isFalse();
        time.advance(Duration.ofSeconds(1));
        assertThat(hold.deniedForGood(START)).isTrue();
    }

    // A permission that is missing altogether is no reason to give any record up.
    @Test
    void deniedWhileNothingIsPublishedIsNeverForGood() {
        time.advance(Duration.ofHours(1));
        assertThat(hold.deniedForGood(START)).isFalse();
        sink.delivered++;
        hold.problem();
        Instant later = time.instant();
        time.advance(Duration.ofHours(1));
        assertThat(hold.deniedForGood(later.plusMillis(1))).isFalse();
        holding();
        assertThat(hold.deniedForGood(START)).isFalse();
    }

    private void holding() {
        for (int n = 0; n < Hold.MOST_IN_A_ROW; n++) {
            hold.refused("device", "no permission");
        }
        time.advance(Hold.DOUBT);
        hold.refused("device", "no permission");
        assertThat(hold.problem()).isPresent();
    }

    private Record enter() {
        return enter("device");
    }

    private Record enter(String key) {
        return enter(key, 1);
    }

    private Record enter(String key, int attempt) {
        var record = new Record(key, attempt);
        if (hold.enter(record)) {
            record.state = "on";
        }
        return record;
    }

    private static final class FakeSink implements Hold.Sink {
        private long delivered;
        private boolean used = true;

        @Override
        public long delivered() {
            return delivered;
        }

        @Override
        public boolean used() {
            return used;
        }
    }

    private static final class Record implements Hold.Waiting {
        private final String key;
        private final int attempt;
        private String state = "waiting";
        private boolean wanted = true;

        private Record(String key, int attempt) {
            this.key = key;
            this.attempt = attempt;
        }

        @Override
        public int attempt() {
            return attempt;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public void goOn() {
            state = "on";
        }

        @Override
        public void giveBack() {
            state = "back";
        }

        @Override
        public boolean wanted() {
            return wanted;
        }
    }
}
