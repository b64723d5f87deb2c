package io.github.kinesisiot.cloud;

/**
 * The quotas that the IoT endpoint enforces; zero is none.
 *
 * @param connectsPerSecond of the whole account
 * @param connectsPerClientId and second
 * @param publishesPerSecond of one connection
 * @param bytesPerSecond of one connection, both ways together; what is more waits
 * @param unacknowledged publishes of one connection that may wait for their PUBACK; no more are announced in any case
 * @param excess what becomes of a publish beyond the rate
 */
public record IotQuotas(
        int connectsPerSecond,
        int connectsPerClientId,
        int publishesPerSecond,
        int bytesPerSecond,
        int unacknowledged,
        Excess excess) {

    /** The answers that AWS is known for; which of them one gets when is not documented. */
    public enum Excess {
        /** PUBACK 0x97, quota exceeded, and the message is dropped. */
        REFUSED,
        /** The message is dropped without a word. */
        DISCARDED,
        /** DISCONNECT 0x97. */
        DISCONNECTED
    }

    /** Those of AWS that nobody can have raised, and the account's as it comes in the large regions. */
    public static final IotQuotas AWS = new IotQuotas(500, 1, 100, 512 * 1024, Connack.UNACKNOWLEDGED, Excess.REFUSED);

    /** For a bridge that is told to go as fast as it can; what it keeps to in any case is enforced. */
    public static final IotQuotas NO_RATE = new IotQuotas(500, 1, 0, 0, Connack.UNACKNOWLEDGED, Excess.REFUSED);

    /** For measuring what is quicker than AWS allows. */
    public static final IotQuotas NONE = new IotQuotas(0, 0, 0, 0, 0, Excess.REFUSED);

    public IotQuotas excess(Excess other) {
        return new IotQuotas(
                connectsPerSecond, connectsPerClientId, publishesPerSecond, bytesPerSecond, unacknowledged, other);
    }

    /** Zero for a test that lets a client come and go as quickly as it can. */
    public IotQuotas connectsPerClientId(int most) {
        return new IotQuotas(connectsPerSecond, most, publishesPerSecond, bytesPerSecond, unacknowledged, excess);
    }

    public IotQuotas connectsPerSecond(int most) {
        return new IotQuotas(most, connectsPerClientId, publishesPerSecond, bytesPerSecond, unacknowledged, excess);
    }
}
