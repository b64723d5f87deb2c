package io.github.kinesisiot.kinesis;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.time.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

class WindowTest {

    private final TestWindow test = new TestWindow(10);
    private final Shard shard = test.window.open("shard-1");

    /** Two publishes of one key at once may arrive in either order. */
    @Test
    void onlyOneRecordOfAKeyIsInFlight() {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        test.offer(shard, "b", 3);

        assertThat(test.names()).containsExactly("a1", "b3");

        test.settle("a1");

        assertThat(test.names()).containsExactly("b3", "a2");
    }

    /** After a reshard the child's records of a key must stay behind the parent's. */
    @Test
    void aKeyIsInOrderAcrossShards() {
        Shard child = test.window.open("shard-2");
        test.offer(shard, "a", 1);
        test.offer(child, "a", 1);

        assertThat(test.inFlight).singleElement().satisfies(one -> assertThat(one.record().shard)
                .isSameAs(shard));
    }

    /** A failed record that lets the next of its key pass would reorder the device's messages. */
    @Test
    void aFailedRecordIsTriedAgainBeforeTheNextOfItsKey() {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        test.fail("a1");

        assertThat(test.names()).isEmpty();

        test.time.advance(Duration.ofMillis(100));
        test.run();

        assertThat(test.names()).containsExactly("a1");
        assertThat(test.inFlight.get(0).attempt()).isEqualTo(2);
        assertThat(test.failed).isEqualTo(1);
    }

    /** Waiting for a retry must not use up the room of other keys. */
    @Test
    void aRecordThatBacksOffIsNotInFlight() {
        TestWindow narrow = new TestWindow(1);
        Shard only = narrow.window.open("shard-1");
        narrow.offer(only, "a", 1);
        narrow.offer(only, "b", 2);
        narrow.fail("a1");

        assertThat(narrow.names()).containsExactly("b2");
        assertThat(narrow.threads).isEmpty();
    }

    /** Kinesis takes records of 10 MiB: one that is larger than all the room there is must go through, alone, and not stop its shard. */
    @Test
    void aRecordLargerThanTheWholeWindowGoesThroughAndThenTheNext() {
        KinesisClientRecord large = TestWindow.data("large", 1, 0).toBuilder()
                .data(ByteBuffer.allocate(10 << 20))
                .build();
        assertThat(test.window.tryOffer(shard, large)).isEqualTo(Window.Offer.TAKEN);
        test.run();
        assertThat(test.names()).containsExactly("large1");
        assertThat(test.offer(shard, "small", 2)).isEqualTo(Window.Offer.NO_ROOM);

        test.settle("large1");

        assertThat(test.offer(shard, "small", 2)).isEqualTo(Window.Offer.TAKEN);
        assertThat(test.names()).containsExactly("small2");
    }

    /** One step that blocks must not keep the other threads from the other keys. */
    @Test
    void keysDoNotWaitForAThreadThatIsBusy() {
        TestWindow busy = new TestWindow(10);
        Shard only = busy.window.open("shard-1");
        busy.window.tryOffer(only, TestWindow.data("a", 1, 0));
        busy.window.tryOffer(only, TestWindow.data("b", 2, 0));

        assertThat(busy.threads).hasSize(2);
    }

    /** More in the route than allowed would break the quota the limit stands for. */
    @Test
    void neverMoreThanTheLimitIsInFlight() {
        TestWindow narrow = new TestWindow(2);
        Shard only = narrow.window.open("shard-1");
        for (int i = 1; i <= 4; i++) {
            narrow.offer(only, "k" + i, i);
        }

        assertThat(narrow.names()).containsExactly("k11", "k22");
    }

    /** Without this bound a hot key fills the heap. */
    @Test
    void aHotKeyFillsTheShareOfItsShardAndNoMore() {
        Shard other = test.window.open("shard-2");
        int taken = 0;
        while (taken < 1000 && test.offer(shard, "hot", taken + 1) == Window.Offer.TAKEN) {
            taken++;
        }

        assertThat(taken).isEqualTo(10);
        assertThat(test.offer(other, "cold", 1)).isEqualTo(Window.Offer.TAKEN);
        assertThat(test.names()).contains("cold1");
    }

    /** A shard taken over while another holds everything would never begin. */
    @Test
    void aShardThatHoldsNothingMayAlwaysHoldOne() {
        int taken = 0;
        while (taken < 1000 && test.offer(shard, "hot", taken + 1) == Window.Offer.TAKEN) {
            taken++;
        }
        Shard late = test.window.open("shard-2");

        assertThat(taken).isEqualTo(20);
        assertThat(test.offer(late, "cold", 1)).isEqualTo(Window.Offer.TAKEN);
        assertThat(test.offer(late, "cold", 2)).isEqualTo(Window.Offer.NO_ROOM);
    }

    /** Large records reach the end of the heap long before the limit in records. */
    @Test
    void thePayloadHeldIsAtMostAQuarterOfTheHeap() {
        TestWindow small = new TestWindow(WindowLimits.ofHeap(100, 4, 12));
        Shard only = small.window.open("shard-1");
        int taken = 0;
        while (taken < 1000 && small.offer(only, "k" + taken, taken + 1) == Window.Offer.TAKEN) {
            taken++;
        }

        assertThat(taken).isEqualTo(3);
    }

    /** One record that fails for an hour must not make the places of all later ones pile up. */
    @Test
    void aShardDoesNotRunFarAheadOfItsOldestRecord() {
        test.offer(shard, "bad", 1);
        int sequence = 1;
        while (sequence < 1000 && test.offer(shard, "k", ++sequence) == Window.Offer.TAKEN) {
            test.settle("k" + sequence);
        }

        assertThat(shard.span()).isEqualTo(100);
    }

    /** A waiting delivery that nobody wakes stops the shard for good. */
    @Test
    void anOfferWaitsForRoomAndGoesOn() throws Exception {
        TestWindow narrow = new TestWindow(1);
        Shard only = narrow.window.open("shard-1");
        narrow.offer(only, "a", 1);
        narrow.offer(only, "b", 2);
        CompletableFuture<Boolean> third = offering(narrow, only, 3);
        await().until(() -> narrow.window.look(view -> only.blocked));

        narrow.settle("a1");

        assertThat(third.get(5, TimeUnit.SECONDS)).isTrue();
    }

    /** KCL cannot end a shard whose thread waits for room: the loss of the lease must free it. */
    @Test
    void losingTheLeaseFreesAWaitingOffer() throws Exception {
        TestWindow narrow = new TestWindow(1);
        Shard only = narrow.window.open("shard-1");
        narrow.offer(only, "a", 1);
        narrow.offer(only, "b", 2);
        CompletableFuture<Boolean> third = offering(narrow, only, 3);
        await().until(() -> narrow.window.look(view -> only.blocked));

        narrow.window.forget(only);

        assertThat(third.get(5, TimeUnit.SECONDS)).isFalse();
    }

    /** Starting records of a shard that another container reads by now doubles them out of order. */
    @Test
    void nothingOfALostShardStarts() {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        test.offer(shard, "b", 3);
        test.fail("b3");
        test.window.forget(shard);
        test.time.advance(Duration.ofMinutes(1));
        test.settle("a1");

        assertThat(test.names()).isEmpty();
        int left = test.window.look(view -> view.held() + view.inFlight() + view.keys());
        assertThat(left).isZero();
        assertThat(shard.settledPrefix()).isEmpty();
    }

    /** When a lease comes back at once, the new reader's record of a key must wait for the old one that is still under way. */
    @Test
    void aKeyInFlightHoldsItsPlaceWhenTheLeaseIsLostAndWonAgain() {
        test.offer(shard, "a", 1);
        test.window.forget(shard);
        Shard again = test.window.open("shard-1");
        test.offer(again, "a", 1);

        assertThat(test.inFlight).singleElement().satisfies(one -> assertThat(one.record().shard)
                .isSameAs(shard));

        test.settle("a1");

        assertThat(test.inFlight).singleElement().satisfies(one -> assertThat(one.record().shard)
                .isSameAs(again));
    }

    /** A callback that comes twice must not settle the next attempt or free the key twice. */
    @Test
    void anAttemptEndsOnce() {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        Attempt.End end = test.inFlight.get(0).end();
        end.of(null);
        end.of(null);
        end.of(new IllegalStateException("late"));
        test.run();

        assertThat(test.settled).isEqualTo(1);
        int inFlight = test.window.look(Window.View::inFlight);
        assertThat(inFlight).isEqualTo(1);
    }

    /** A stop that leaves a record waiting behind its key makes the next container repeat what was settled after it. */
    @Test
    void aSuspendedWindowTakesNothingInAndFinishesWhatItHolds() throws Exception {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        test.offer(shard, "b", 3);
        test.settle("b3");
        test.fail("a1");

        test.window.suspend();

        assertThat(test.offer(shard, "c", 4)).isEqualTo(Window.Offer.NO_ROOM);
        test.time.advance(Duration.ofMinutes(1));
        test.run();
        assertThat(test.window.awaitDrained(Duration.ZERO)).isFalse();
        test.settle("a1");
        test.run();
        assertThat(test.window.awaitDrained(Duration.ZERO)).isFalse();
        test.settle("a2");
        assertThat(test.window.awaitDrained(Duration.ZERO)).isTrue();
        assertThat(shard.settledPrefix()).hasValueSatisfying(prefix -> assertThat(prefix.sequenceNumber())
                .isEqualTo("3"));

        test.window.resume();

        assertThat(test.offer(shard, "c", 4)).isEqualTo(Window.Offer.TAKEN);
    }

    /** A record that keeps failing must not make each stop take all the time there is. */
    @Test
    void aRecordThatWaitsForItsNextTryDoesNotHoldUpAStop() throws Exception {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        test.window.suspend();
        assertThat(test.window.awaitDrained(Duration.ZERO)).isFalse();

        test.fail("a1");

        assertThat(test.window.awaitDrained(Duration.ZERO)).isTrue();
    }

    /** A record turned away counts against the end of its shard: KCL believes it delivered. */
    @Test
    void aShardThatWasTurnedAwayIsNeverSettled() throws Exception {
        test.offer(shard, "a", 1);
        test.settle("a1");
        assertThat(test.window.awaitSettled(shard)).isTrue();

        test.window.close();

        assertThat(test.offer(shard, "a", 2)).isEqualTo(Window.Offer.TURNED_AWAY);
        assertThat(test.window.awaitSettled(shard)).isFalse();
    }

    /** KCL delivers a batch again when it restarts a subscription; taken twice it would be published twice. */
    @Test
    void aRecordDeliveredAgainIsTakenOnce() {
        test.offer(shard, "a", 1);
        test.offer(shard, "a", 2);
        test.offer(shard, "a", 1);

        assertThat(shard.span()).isEqualTo(2);
    }

    /** An executor that is full for a moment must not swallow a record's turn. */
    @Test
    void aSaturatedExecutorIsAskedAgain() {
        VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T00:00:00Z"));
        boolean[] full = {true};
        int[] attempts = {0};
        Window window = new Window(
                new WindowLimits(1, 1, 1000),
                (record, end) -> attempts[0]++,
                task -> {
                    if (full[0]) {
                        throw new java.util.concurrent.RejectedExecutionException();
                    }
                    task.run();
                },
                time.timer(),
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), bound -> bound - 1),
                time,
                new NoEvents());
        window.tryOffer(window.open("shard-1"), TestWindow.data("a", 1, 0));
        full[0] = false;
        time.advance(Duration.ofSeconds(1));

        assertThat(attempts[0]).isEqualTo(1);
    }

    /** A timer that takes no more tasks left the record waiting for its next attempt until the process was restarted. */
    @Test
    void aRetryThatTheTimerRefusesIsMadeAtOnce() {
        ScheduledExecutorService ended = Executors.newSingleThreadScheduledExecutor();
        ended.shutdownNow();
        ArrayDeque<Runnable> threads = new ArrayDeque<>();
        int[] attempts = {0};
        Window window = new Window(
                new WindowLimits(1, 1, 1000),
                (record, end) -> end.of(++attempts[0] < 3 ? new IllegalStateException("no") : null),
                threads::add,
                ended,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), bound -> bound - 1),
                new VirtualTime(Instant.parse("2026-11-22T00:00:00Z")),
                new NoEvents());
        window.tryOffer(window.open("shard-1"), TestWindow.data("a", 1, 0));
        for (Runnable task = threads.poll(); task != null; task = threads.poll()) {
            task.run();
        }

        assertThat(attempts[0]).isEqualTo(3);
        assertThat(window.look(Window.View::held)).isZero();
    }

    /** A route that throws instead of calling back must not lose the record. */
    @Test
    void anExceptionFromTheRouteIsAFailedAttempt() {
        VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T00:00:00Z"));
        int[] attempts = {0};
        Window window = new Window(
                new WindowLimits(1, 1, 1000),
                (record, end) -> {
                    attempts[0]++;
                    throw new IllegalStateException("no");
                },
                Runnable::run,
                time.timer(),
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), bound -> bound - 1),
                time,
                new NoEvents());
        window.tryOffer(window.open("shard-1"), TestWindow.data("a", 1, 0));
        time.advance(Duration.ofMillis(1));

        assertThat(attempts[0]).isGreaterThan(1);
    }

    private static CompletableFuture<Boolean> offering(TestWindow test, Shard shard, long sequence) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return test.window.offer(shard, TestWindow.data("c", sequence, 0));
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
        });
    }

    private static final class NoEvents implements WindowEvents {
        @Override
        public void read() {}

        @Override
        public void settled() {}

        @Override
        public void failed(HeldRecord record, Throwable failure) {}
    }
}
