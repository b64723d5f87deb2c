package io.github.kinesisiot.check;

import java.io.PrintStream;
import java.util.List;

/**
 * For people: a line for each step as it ends, and below a failed one what is wrong, where, and what to change. No colours. Sentences are
 * wrapped; statements are not, so that they can be copied.
 */
final class PlainReport implements Report {

    private static final int NARROWEST = 60;
    private static final int INDENT = 13;

    private final PrintStream out;
    private final int width;

    /** @param width columns; an ARN that is longer stays whole */
    PlainReport(PrintStream out, int width) {
        this.out = out;
        this.width = Math.max(NARROWEST, width);
    }

    @Override
    public void ended(Result result) {
        String state =
                switch (result.state()) {
                    case OK -> "ok";
                    case FAILED -> "FAILED";
                    case NOT_REACHED -> "not reached";
                };
        String what = result.waitedFor()
                .map(step -> "waits for " + step.label)
                .orElseGet(() -> result.fault().map(Fault::code).orElse(String.join(", ", result.found())));
        String time = result.state() == State.NOT_REACHED ? "" : result.millis() + " ms";
        String head = "%-12s %-16s %9s  ".formatted(state, result.step().label, time);
        List<String> lines = Lines.wrap(what, width - head.length());
        out.println((head + (lines.isEmpty() ? "" : lines.get(0))).stripTrailing());
        lines.stream().skip(1).forEach(line -> out.println(" ".repeat(head.length()) + line));
        result.warnings().forEach(warning -> paragraph("warning: " + warning, INDENT));
        result.fault().ifPresent(this::explain);
    }

    private void explain(Fault fault) {
        paragraph(fault.cause(), INDENT);
        for (Fix fix : fault.fixes()) {
            boolean here = fix.account().side() == Account.Side.HERE;
            paragraph("-> " + (here ? "" : "In the " + fix.account() + ": ") + fix.change(), INDENT);
            for (Statement statement : fix.statements()) {
                Json.pretty(json -> Json.statement(json, statement))
                        .lines()
                        .forEach(line -> out.println(" ".repeat(INDENT + 3) + line));
            }
        }
    }

    private void paragraph(String text, int indent) {
        Lines.wrap(text, width - indent).forEach(line -> out.println(" ".repeat(indent) + line));
    }

    @Override
    public void complete(List<Result> results, int exitCode, long millis) {
        long failed = results.stream().filter(r -> r.state() == State.FAILED).count();
        long warnings = results.stream().mapToLong(r -> r.warnings().size()).sum();
        String verdict = failed == 0 ? "All steps are ok" : failed + (failed == 1 ? " step" : " steps") + " failed";
        out.println(verdict + (warnings == 0 ? "" : ", with " + warnings + (warnings == 1 ? " warning" : " warnings"))
                + " (" + millis + " ms, exit code " + exitCode + ").");
    }
}
