package io.github.kinesisiot.cloud.demo;

import io.github.kinesisiot.cloud.ChildProcess;
import io.github.kinesisiot.cloud.Programs;
import io.github.kinesisiot.cloud.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Installs mosquitto where that needs nobody's password: on a system with apt, as root or with a sudo that does not ask. */
final class BrokerInstaller {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private BrokerInstaller() {}

    /** Leaves things as they are when it may not or cannot; starting the broker then says what to install. */
    static void installIfMissing(Consumer<String> say) {
        Optional<Path> apt = Programs.find("apt-get");
        if (Programs.find("mosquitto").isPresent() || apt.isEmpty()) {
            return;
        }
        List<String> asRoot = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            Optional<Path> sudo = Programs.find("sudo");
            if (sudo.isEmpty() || !run("sudo", List.of(sudo.get().toString(), "-n", "true"))) {
                return;
            }
            asRoot.addAll(List.of(sudo.get().toString(), "-n"));
        }
        // RUNLEVEL: the package must not start a broker of its own.
        asRoot.addAll(List.of(
                "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", apt.get().toString()));
        say.accept("Installing the MQTT broker mosquitto with apt-get ...");
        List<String> install = List.of("install", "-y", "--no-install-recommends", "mosquitto");
        if (!run("apt-install", join(asRoot, install))) {
            run("apt-update", join(asRoot, List.of("update")));
            run("apt-install", join(asRoot, install));
        }
    }

    private static boolean run(String name, List<String> command) {
        Path log = Workspace.root().resolve(name + ".log");
        try (ChildProcess process =
                ChildProcess.start(name, log, Workspace.root(), Map.of(), Duration.ofSeconds(20), command)) {
            return process.awaitExit(LIMIT).equals(Optional.of(0));
        }
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
