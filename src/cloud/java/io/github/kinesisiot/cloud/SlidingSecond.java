package io.github.kinesisiot.cloud;

/** At most so many in any second. */
final class SlidingSecond {
    private static final long SECOND = 1_000_000_000L;

    private final long[] taken;
    private long count;

    SlidingSecond(int most) {
        this.taken = new long[most];
    }

    /** Whether there is room for one more now; if so it is taken. */
    boolean take(long nanos) {
        int place = (int) (count % taken.length);
        if (count >= taken.length && nanos - taken[place] < SECOND) {
            return false;
        }
        taken[place] = nanos;
        count++;
        return true;
    }
}
