package io.github.kinesisiot.check;

import io.github.kinesisiot.deadletter.LettersDirectory;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Whether a dead letter could be stored: else that is found with the first record that can never be published, and its shard waits. Leaves nothing
 * behind.
 */
final class LetterStep {

    private final Path directory;
    private final BooleanSupplier used;

    /** @param used whether the routes store dead letters there */
    LetterStep(Path directory, BooleanSupplier used) {
        this.directory = directory;
        this.used = used;
    }

    Finding check() {
        if (!used.getAsBoolean()) {
            return Finding.ok("kept elsewhere, by a route");
        }
        return LettersDirectory.problemWith(directory)
                .map(problem -> Finding.failed(
                        Fault.of("DEAD_LETTER_DIRECTORY", problem, Account.HERE, Fix.here(LettersDirectory.ADVICE))))
                .orElseGet(() -> Finding.ok("files in " + directory.toAbsolutePath()));
    }
}
