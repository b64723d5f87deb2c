package io.github.kinesisiot.check;

import java.util.List;
import java.util.Optional;

/**
 * A step's line in the report.
 *
 * @param waitedFor the step whose failure kept this one from being reached
 */
record Result(
        Step step,
        State state,
        long millis,
        List<String> found,
        List<String> warnings,
        Optional<Fault> fault,
        Optional<Step> waitedFor) {

    static Result of(Step step, long millis, Finding finding) {
        return new Result(
                step,
                finding.fault().isEmpty() ? State.OK : State.FAILED,
                millis,
                finding.found(),
                finding.warnings(),
                finding.fault(),
                Optional.empty());
    }

    static Result notReached(Step step, Step waitedFor) {
        return new Result(step, State.NOT_REACHED, 0, List.of(), List.of(), Optional.empty(), Optional.of(waitedFor));
    }

    boolean ok() {
        return state == State.OK;
    }

    /** Whether it failed with one of these codes, or was itself not reached. */
    boolean keepsOthersBack(List<String> codes) {
        return state == State.NOT_REACHED
                || fault.map(f -> codes.contains(f.code())).orElse(false);
    }
}
