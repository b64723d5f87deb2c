package io.github.kinesisiot.iot;

import java.util.Arrays;

/**
 * Bytes per second without bursts: in no window of one second more than the limit, save for a single message that is larger than that.
 * Counts in slices of a fiftieth of a second, so it stays under the limit by at most that much.
 *
 * <p>Not thread-safe. Time comes in as nanoseconds of any one clock that only goes forward.
 */
final class ByteWindow {

    private static final long SECOND = 1_000_000_000L;
    private static final int SLICES = 50;
    private static final long SLICE = SECOND / SLICES;
    // One more than a second has: the oldest may be in the window by its last part only.
    private static final int KEPT = SLICES + 1;

    private final long limit;
    private final long[] slices = new long[KEPT];
    private boolean begun;
    private long origin;
    private long current;
    private long total;

    ByteWindow(long bytesPerSecond) {
        this.limit = bytesPerSecond;
    }

    /** Nanoseconds from now until so many bytes may go out; zero for at once. */
    long delay(long now, long bytes) {
        advance(now);
        long left = total;
        for (int oldest = 1; left > 0 && left + bytes > limit; oldest++) {
            left -= slices[index(current + oldest)];
            if (left + bytes <= limit || left == 0) {
                return (current + oldest) * SLICE + origin - now;
            }
        }
        return 0;
    }

    void record(long now, long bytes) {
        advance(now);
        slices[index(current)] += bytes;
        total += bytes;
    }

    QuotaUse.Share use(long now) {
        advance(now);
        return new QuotaUse.Share(total, limit);
    }

    private void advance(long now) {
        if (!begun) {
            begun = true;
            origin = now;
        }
        long slice = (now - origin) / SLICE;
        if (slice - current >= KEPT) {
            Arrays.fill(slices, 0);
            total = 0;
            current = slice;
        }
        while (current < slice) {
            current++;
            total -= slices[index(current)];
            slices[index(current)] = 0;
        }
    }

    private static int index(long slice) {
        return (int) (slice % KEPT);
    }
}
