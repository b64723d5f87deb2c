package io.github.kinesisiot.observe;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Not ready while the bridge holds because every record is refused. */
public final class HoldCheck extends BridgeCheck {

    private final Supplier<Optional<String>> problem;

    public HoldCheck(Supplier<Optional<String>> problem) {
        super("hold");
        this.problem = problem;
    }

    @Override
    Finding look() {
        return problem.get()
                .map(sentence -> Finding.down(sentence, Map.of()))
                .orElse(Finding.up("not holding: records are not all refused", Map.of()));
    }
}
