package io.github.kinesisiot.iot;

/** How much of its quotas a connection used in the last second, or several together. */
record QuotaUse(Share publishes, Share bytes, Share inFlight) {

    static final QuotaUse NONE = new QuotaUse(Share.NONE, Share.NONE, Share.NONE);

    /** @param allowed at this moment, which after a complaint of the broker's is less than the setting; 0 for no limit */
    record Share(double used, double allowed) {

        static final Share NONE = new Share(0, 0);

        /** From 0 to 1; 0 without a limit. */
        double ratio() {
            return allowed > 0 ? Math.min(1, used / allowed) : 0;
        }

        Share and(Share other) {
            return new Share(used + other.used, allowed + other.allowed);
        }

        Share orFuller(Share other) {
            return ratio() >= other.ratio() ? this : other;
        }
    }

    /** All connections as if they were one. */
    QuotaUse and(QuotaUse other) {
        return new QuotaUse(publishes.and(other.publishes), bytes.and(other.bytes), inFlight.and(other.inFlight));
    }

    /** For each quota the connection that has the least left of it. */
    QuotaUse orFuller(QuotaUse other) {
        return new QuotaUse(
                publishes.orFuller(other.publishes), bytes.orFuller(other.bytes), inFlight.orFuller(other.inFlight));
    }
}
