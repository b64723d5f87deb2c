package io.github.kinesisiot.cloud.bench;

/**
 * An MQTT client that takes part, connected and ready. {@link #publish} is called by as many threads as {@link #threads()} says, each
 * call with a place that no unanswered publish has.
 */
interface Contender extends AutoCloseable {

    /** Publishes that may be unanswered at once. */
    int window();

    int threads();

    /** @param place from 0 up to the window */
    void publish(int place, String topic, byte[] payload, Answer answer) throws Exception;

    /** When nothing is unanswered. */
    @Override
    void close();

    /** Told once for each publish that was taken, on any thread; null for success. */
    interface Answer {
        void settled(Throwable failure);
    }
}
