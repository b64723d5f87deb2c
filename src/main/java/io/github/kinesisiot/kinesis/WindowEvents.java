package io.github.kinesisiot.kinesis;

/** What happens in a {@link Window}, for meters and the log. Called outside its lock, from any thread; must return at once. */
interface WindowEvents {

    void read();

    void settled();

    void failed(HeldRecord record, Throwable failure);
}
