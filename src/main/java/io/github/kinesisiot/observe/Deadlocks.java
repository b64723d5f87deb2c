package io.github.kinesisiot.observe;

import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Threads of this JVM that wait for each other for ever. */
public final class Deadlocks {

    private Deadlocks() {}

    public static List<String> of(ThreadMXBean threads) {
        long[] ids = threads.findDeadlockedThreads();
        return ids == null
                ? List.of()
                : Stream.of(threads.getThreadInfo(ids))
                        .filter(Objects::nonNull)
                        .map(ThreadInfo::getThreadName)
                        .toList();
    }
}
