package io.github.kinesisiot.config;

import java.util.List;
import java.util.stream.Collectors;

/** The settings cannot be used. Holds every problem found, not only the first. */
public final class SettingsException extends Exception {

    private final transient List<Problem> problems;

    SettingsException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
