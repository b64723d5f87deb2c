package io.github.kinesisiot.page;

/**
 * One place on the path of a record.
 *
 * @param says how it is, in plain words; the reason, if it is not well
 */
record Station(Place place, State state, String says) {

    enum Place {
        STREAM,
        WINDOW,
        ROUTE,
        CONNECTIONS,
        TOPIC,
        /** Beside the path: what can never be published. */
        DEAD_LETTERS,
        /** Beside the path: what the connections are signed with. */
        SESSION
    }

    enum State {
        OK,
        /** Records go on, or only wait; somebody should know. */
        WARNING,
        /** The bridge is not ready because of it. */
        FAILING
    }
}
