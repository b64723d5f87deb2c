package io.github.kinesisiot.cloud.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** 200 bytes that begin with the nanosecond they were made at, as text; read again in the same process. */
final class Stamp {
    private Stamp() {}

    static byte[] now() {
        byte[] payload = new byte[Load.PAYLOAD];
        Arrays.fill(payload, (byte) ' ');
        byte[] now = Long.toString(System.nanoTime()).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(now, 0, payload, 0, now.length);
        return payload;
    }

    static long age(String payload) {
        return System.nanoTime() - Long.parseLong(payload.strip());
    }
}
