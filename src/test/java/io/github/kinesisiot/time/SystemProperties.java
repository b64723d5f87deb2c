package io.github.kinesisiot.time;

import java.util.HashMap;
import java.util.Map;

/** System properties for the length of a test: those that were there before come back, the others go. For one thread. */
public final class SystemProperties implements AutoCloseable {
    private final Map<String, String> before = new HashMap<>();

    public SystemProperties set(String name, String value) {
        String old = System.setProperty(name, value);
        if (!before.containsKey(name)) {
            before.put(name, old);
        }
        return this;
    }

    public SystemProperties set(Map<String, String> all) {
        all.forEach(this::set);
        return this;
    }

    @Override
    public void close() {
        before.forEach((name, old) -> {
            if (old == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, old);
            }
        });
        before.clear();
    }
}
