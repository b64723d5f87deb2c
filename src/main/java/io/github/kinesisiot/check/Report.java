package io.github.kinesisiot.check;

import java.util.List;

/** Where the results go. */
interface Report {

    /** A step has ended; called in the order of the steps. */
    void ended(Result result);

    /** All of them have. */
    void complete(List<Result> results, int exitCode, long millis);
}
