package io.github.kinesisiot.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs podman's commands, each bounded in time. */
final class Podman {
    private static final int LIMIT_SECONDS = 90;

    private Podman() {}

    /**
     * What a command has come to.
     *
     * @param output both streams
     */
    record Result(int code, String output) {}

    /** @return the output; throws when the command fails */
    static String output(String... arguments) {
        Result result = run(List.of(arguments));
        if (result.code() != 0) {
            throw new IllegalStateException(
                    "podman " + String.join(" ", arguments) + " ended with " + result.code() + ": " + result.output());
        }
        return result.output().strip();
    }

    static Result run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("podman", "--runtime", "runc", "--log-level", "fatal"));
        command.addAll(arguments);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("podman does not end: " + command);
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new IllegalStateException("podman could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
