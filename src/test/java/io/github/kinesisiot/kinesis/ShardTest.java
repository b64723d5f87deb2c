package io.github.kinesisiot.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShardTest {

    private final TestWindow test = new TestWindow(10);
    private final Shard shard = test.window.open("shard-1");

    /** A checkpoint past a record that is not settled loses it in a crash. */
    @Test
    void thePrefixStopsAtTheFirstUnsettledRecord() {
        test.offer(shard, "a", 1);
        test.offer(shard, "b", 2);
        test.offer(shard, "c", 3);
        test.settle("b2");
        assertThat(shard.settledPrefix()).isEmpty();

        test.settle("a1");

        assertThat(shard.settledPrefix()).map(Position::sequenceNumber).contains("2");
    }

    /** Within an aggregate all user records share a sequence number: only the sub-sequence number tells how far it is settled. */
    @Test
    void thePrefixEndsInTheMiddleOfAnAggregate() {
        for (int i = 0; i < 3; i++) {
            test.window.tryOffer(shard, TestWindow.data("k" + i, 7, i));
        }
        test.run();
        test.settle("k17/1");
        test.settle("k07");

        assertThat(shard.settledPrefix()).map(Position::subSequence).contains(1L);
        assertThat(shard.settledPrefix()).map(Position::sequenceNumber).contains("7");
    }

    /** Sequence numbers are longer than a long and not to be compared as text. */
    @Test
    void positionsAreOrderedByNumber() {
        Position nine = Position.of(TestWindow.data("a", 9, 0));
        Position ten = Position.of(TestWindow.data("a", 10, 0));
        Position tenPlus = Position.of(TestWindow.data("a", 10, 1));

        assertThat(nine).isLessThan(ten);
        assertThat(ten).isLessThan(tenPlus);
    }

    /** What is settled behind a gap must not keep its payload. */
    @Test
    void aSettledRecordBehindAGapKeepsNoPayload() {
        test.offer(shard, "a", 1);
        test.offer(shard, "b", 2);
        test.settle("b2");

        assertThat(shard.records()).last().satisfies(record -> assertThat(record.data)
                .isNull());
    }
}
