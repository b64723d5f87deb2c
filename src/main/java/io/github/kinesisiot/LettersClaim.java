package io.github.kinesisiot;

import io.github.kinesisiot.check.FileLetters;
import io.github.kinesisiot.deadletter.DeadLetterStore;
import io.github.kinesisiot.deadletter.DeadLetters;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before anything is read: the directory of the dead letters is this process's alone, and can be written. Another that has it may be about to end,
 * as in a rollout that starts the new one first, so it is waited for, but not for ever: of two that both want it one is a mistake.
 */
final class LettersClaim {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(LettersClaim.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final LongSupplier nanos;
    private final Pause pause;

    /** A wait that ends early when the process is told to end. */
    interface Pause {
        /** @return whether to go on */
        boolean of(Duration duration) throws InterruptedException;
    }

    LettersClaim(LongSupplier nanos, Pause pause) {
        this.nanos = nanos;
        this.pause = pause;
    }

    /** For a container with its routes read and not started. Does nothing where dead letters go elsewhere. */
    void of(CamelContext camel) throws IOException, InterruptedException {
        var letters = camel.getRegistry().lookupByNameAndType(FileLetters.BEAN, DeadLetters.class);
        if (letters != null && FileLetters.used(camel)) {
            of(letters.store());
        }
    }

    /** @throws IOException when it cannot be had; the message names the directory, who has it, and what to do */
    void of(DeadLetterStore store) throws IOException, InterruptedException {
        long begun = nanos.getAsLong();
        boolean said = false;
        for (Optional<String> other = store.claim(); other.isPresent(); other = store.claim()) {
            if (nanos.getAsLong() - begun >= PATIENCE.toNanos()) {
                throw new IOException("dead-letter.directory (DEAD_LETTER_DIRECTORY): "
                        + store.directory().toAbsolutePath()
                        + " is in use by " + Printable.of(other.get()) + ", also after " + PATIENCE.toSeconds()
                        + " s. Stop that one first, or give this one another directory; several containers of one bridge store their dead letters"
                        + " elsewhere (docs/operations.md, \"Dead letters elsewhere\")");
            }
            if (!said) {
                said = true;
                LOG.atWarn()
                        .addKeyValue("event", "dead-letter-directory-awaited")
                        .addKeyValue("directory", store.directory().toAbsolutePath())
                        .addKeyValue("holder", Printable.of(other.get()))
                        .log(
                                "Nothing is read yet: the directory of the dead letters, {}, is in use by {}; waiting up to {} s for it to end",
                                store.directory().toAbsolutePath(),
                                Printable.of(other.get()),
                                PATIENCE.toSeconds());
            }
            if (!pause.of(PAUSE)) {
                throw new IOException(
                        "told to end while " + Printable.of(other.get()) + " had the directory of the dead letters");
            }
        }
    }
}
