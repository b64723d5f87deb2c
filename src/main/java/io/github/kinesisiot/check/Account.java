package io.github.kinesisiot.check;

import java.util.Optional;

/**
 * Where a fault lies, or where something is to be changed.
 *
 * @param id the twelve digits, where they are known
 */
record Account(Side side, Optional<String> id) {

    /** The labels are part of the JSON document. */
    enum Side {
        SOURCE("source"),
        TARGET("target"),
        /** Of a stream that belongs to neither the source account nor the target. */
        STREAM("stream"),
        /** AWS does not tell which of the two. */
        EITHER("source or target"),
        /** This machine: its settings, its files, its clock, its network. */
        HERE("here");

        final String label;

        Side(String label) {
            this.label = label;
        }
    }

    static final Account HERE = new Account(Side.HERE, Optional.empty());
    static final Account EITHER = new Account(Side.EITHER, Optional.empty());

    static Account source(Optional<String> id) {
        return new Account(Side.SOURCE, id);
    }

    static Account target(String id) {
        return new Account(Side.TARGET, Optional.of(id));
    }

    static Account stream(String id) {
        return new Account(Side.STREAM, Optional.of(id));
    }

    @Override
    public String toString() {
        return switch (side) {
            case HERE -> "here";
            case STREAM -> "stream's account " + id.orElseThrow();
            case EITHER -> "source or target account";
            default -> side.label + " account" + id.map(digits -> " " + digits).orElse("");
        };
    }
}
