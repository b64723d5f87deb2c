package io.github.kinesisiot.kinesis;

/**
 * How much a {@link Window} holds.
 *
 * @param inFlight records in the route at once
 * @param threads route threads at once
 * @param bytes payload bytes held before the shards have to wait, whatever the number of records
 */
record WindowLimits(int inFlight, int threads, long bytes) {

    /** Payload held is at most a quarter of the heap. */
    private static final int HEAP_SHARE = 4;

    /** @param heap the most that the JVM takes, in bytes */
    static WindowLimits ofHeap(int inFlight, int threads, long heap) {
        return new WindowLimits(inFlight, threads, heap / HEAP_SHARE);
    }

    /** Records accepted and not settled, in all shards together. */
    int held() {
        return (int) Math.min(2L * inFlight, Integer.MAX_VALUE);
    }

    /** Records of one shard from its oldest unsettled one on. */
    int span() {
        return (int) Math.min(10L * inFlight, Integer.MAX_VALUE);
    }
}
