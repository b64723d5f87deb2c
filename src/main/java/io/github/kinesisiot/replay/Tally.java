package io.github.kinesisiot.replay;

import io.github.kinesisiot.Printable;
import io.github.kinesisiot.replay.Letters.Numbered;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;

/** How a replay went, and the lines that say so. Thread-safe. */
final class Tally {

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, Integer> refused = new TreeMap<>();
    private int published;
    private int earlier;
    private int broken;
    private int untried;
    private int foreign;
    private String foreignExample;
    private String stopped;

    Tally(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    synchronized void published() {
        published++;
    }

    synchronized void earlier() {
        earlier++;
    }

    synchronized void refused(Numbered letter, String reason, String sentence) {
        refused.merge(reason, 1, Integer::sum);
        err.println(letter.file() + ":" + letter.line() + ": not published, stays a dead letter: " + reason + ": "
                + Printable.of(sentence));
    }

    synchronized void broken(Object file, long line, String why) {
        broken++;
        err.println(file + ":" + line + ": skipped, " + why);
    }

    /** Of another stream or application, and left. */
    synchronized void foreign(Numbered letter, Home home) {
        if (foreign++ == 0) {
            foreignExample = "(" + home + "): " + letter.file() + ":" + letter.line() + " is of stream "
                    + letter.letter().stream() + ", application "
                    + letter.letter().bridge();
        }
    }

    synchronized void unfinished(Object file, long line) {
        err.println(
                file + ":" + line
                        + ": skipped, the last line was cut short by a crash; its record was not settled and comes again from the stream");
    }

    /** Nothing goes through any more; the first reason is the one to tell. */
    synchronized void stopped(String why) {
        if (stopped == null) {
            stopped = why;
            err.println("Stopped: " + Printable.of(why));
        }
    }

    synchronized void untried() {
        untried++;
    }

    synchronized boolean isStopped() {
        return stopped != null;
    }

    /** @return whether nothing is left to do */
    synchronized boolean sum() {
        int again = refused.values().stream().mapToInt(Integer::intValue).sum();
        out.println("Published " + published + " dead letters"
                + (earlier == 0 ? "" : ", " + earlier + " had been published before")
                + (again == 0 ? "" : ", " + again + " refused again " + refused)
                + (untried == 0 ? "" : ", " + untried + " or more not tried")
                + (broken == 0 ? "" : ", " + broken + " broken lines")
                + (foreign == 0 ? "" : ", " + foreign + " of another bridge left"));
        return again == 0 && stopped == null && allAreOurs();
    }

    /**
     * Says how many letters are another bridge's.
     *
     * @return whether each line was a letter of this one
     */
    synchronized boolean allAreOurs() {
        if (foreign > 0) {
            err.println(Printable.of(foreign + (foreign == 1 ? " letter is" : " letters are")
                    + " of another stream or application than the settings' " + foreignExample
                    + "; --foreign publishes them here all the same"));
        }
        return broken == 0 && foreign == 0;
    }
}
