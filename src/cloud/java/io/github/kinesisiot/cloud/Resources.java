package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32;

/** The files beside the local cloud's classes. */
final class Resources {
    private Resources() {}

    static byte[] bytes(String name) {
        try (InputStream in = Resources.class.getResourceAsStream("/cloud/" + name)) {
            if (in == null) {
                throw new IllegalStateException("/cloud/" + name + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy that never changes once it is there, for programs that read it while they run and that several JVMs share. */
    static Path copyOnce(String name, Path directory) {
        byte[] content = bytes(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        String plain = name.substring(name.lastIndexOf('/') + 1);
        Path file = directory.resolve(Long.toHexString(crc.getValue()) + "-" + plain);
        if (Files.exists(file)) {
            return file;
        }
        try {
            Path written = Files.write(Files.createTempFile(directory, plain, ".tmp"), content);
            return Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
