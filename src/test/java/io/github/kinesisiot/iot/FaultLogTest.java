package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class FaultLogTest {

    /** Ten connections that fail twice a second must not fill the disk during an outage of an hour. */
    @Test
    void aRepeatedFaultIsLoggedOnceAMinuteWithACount() {
        List<String> lines = new ArrayList<>();
        Logger logger = (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    lines.add(Arrays.deepToString(arguments));
                    return null;
                });
        AtomicLong now = new AtomicLong();
        FaultLog faults = new FaultLog(logger, now::get);
        for (int second = 0; second < 60; second++) {
            now.set(TimeUnit.SECONDS.toNanos(second));
            faults.warn("DNS", "no name");
        }
        faults.warn("TLS", "no trust");
        assertThat(lines).hasSize(2);
        now.set(TimeUnit.SECONDS.toNanos(61));
        faults.warn("DNS", "no name");
        assertThat(lines).hasSize(3);
        assertThat(lines.get(2)).contains("no name", "59");
    }
}
