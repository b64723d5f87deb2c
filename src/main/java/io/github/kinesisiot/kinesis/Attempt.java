package io.github.kinesisiot.kinesis;

/** Hands one record to the route. */
@FunctionalInterface
interface Attempt {

    /** Returns at once or when the route's synchronous steps are done; {@code end} may be called from any thread, before or after that. */
    void start(HeldRecord record, End end);

    @FunctionalInterface
    interface End {

        /** @param failure null if the record is settled; further calls for the same attempt are ignored */
        void of(Throwable failure);
    }
}
