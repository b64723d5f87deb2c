package io.github.kinesisiot.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A name that no other host has, as far as this one can tell. Two bridges of one name would connect under one client id and throw each other
 * off for ever.
 */
final class HostName {

    /** What hosts are called that nobody has given a name. */
    private static final List<String> OF_NOBODY =
            List.of("localhost", "localhost.localdomain", "localhost4", "localhost6", "unknown", "(none)");

    /** The same for as long as the process lives, also where it is a random one. */
    static final String OF_THIS_PROCESS = first(List.of(
            () -> System.getenv("HOSTNAME"), () -> read(Path.of("/proc/sys/kernel/hostname")), HostName::resolved));

    private HostName() {}

    /** The first of these that is a name, else a random one. */
    static String first(List<Supplier<String>> names) {
        return names.stream()
                .map(Supplier::get)
                .filter(Objects::nonNull)
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !OF_NOBODY.contains(name))
                .findFirst()
                .orElseGet(() -> UUID.randomUUID().toString().substring(0, 13));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException | RuntimeException notThere) {
            // Only Linux has it.
            return null;
        }
    }

    private static String resolved() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
