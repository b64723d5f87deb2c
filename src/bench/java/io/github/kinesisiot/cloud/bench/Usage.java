package io.github.kinesisiot.cloud.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/** What this process has used up to a moment. Allocation counts the threads alive: those of a client are, while it publishes. */
record Usage(long atNanos, long cpuNanos, long allocatedBytes) {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private static final Pattern ALLOCATED = Pattern.compile(" allocated=(\\d+)([BKMG])");

    static Usage now() {
        long allocated = Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
        return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime(), allocated);
    }

    /** 0 where the system does not say. */
    static long residentKiB(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** By the threads alive of another JVM, as its jcmd says, in steps of a megabyte; 0 where there is none. */
    static long allocatedBytes(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return 0;
        }
        try {
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "Thread.print", "-e")
                    .redirectErrorStream(true)
                    .start();
            String text;
            try (var in = process.getInputStream()) {
                text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            return ALLOCATED
                    .matcher(text)
                    .results()
                    .mapToLong(found -> Long.parseLong(found.group(1))
                            << switch (found.group(2)) {
                                case "K" -> 10;
                                case "M" -> 20;
                                case "G" -> 30;
                                default -> 0;
                            })
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }
}
