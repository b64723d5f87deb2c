package io.github.kinesisiot.observe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Live unless the process is wedged in a way that only a restart ends: its threads wait for each other for ever, or a timer on which everything
 * depends has stopped. Nothing outside the process makes it fail, however long that is away, and neither does a stop that takes its time.
 */
public final class LivenessCheck extends BridgeCheck {

    /** Timers that beat every second. A pause of the JVM or of the machine is shorter, or is over when it is noticed. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

    private final Map<String, Supplier<Duration>> silences;
    private final Supplier<List<String>> deadlocked;

    /**
     * @param silences for how long each timer has done nothing, by its name
     * @param deadlocked names of threads that wait for each other
     */
    public LivenessCheck(Map<String, Supplier<Duration>> silences, Supplier<List<String>> deadlocked) {
        super("process");
        this.silences = new LinkedHashMap<>(silences);
        this.deadlocked = deadlocked;
    }

    @Override
    public boolean isLiveness() {
        return true;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    Finding look() {
        List<String> threads = deadlocked.get();
        if (!threads.isEmpty()) {
            return Finding.down("threads wait for each other for ever: " + String.join(", ", threads), Map.of());
        }
        String silent = silences.entrySet().stream()
                .filter(timer -> timer.getValue().get().compareTo(LONGEST_SILENCE) > 0)
                .map(timer -> "the timer of the " + timer.getKey() + " has done nothing for "
                        + timer.getValue().get().toSeconds() + " s")
                .collect(Collectors.joining("; "));
        return silent.isEmpty()
                ? Finding.up("no thread is stuck, all timers run", Map.of())
                : Finding.down(silent, Map.of());
    }
}
