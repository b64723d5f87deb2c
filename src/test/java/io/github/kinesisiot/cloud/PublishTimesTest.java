package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PublishTimesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PublishTimes times = new PublishTimes();

    // A count that misses packets split over frames or arrivals would find every quota kept.
    @Test
    void countsPublishesHoweverFramesAndArrivalsCutThem() {
        byte[] two = packets(publish(300), publish(5));
        Buffer wire = frame(packets(new byte[] {(byte) 0xc0, 0}, slice(two, 0, 1)))
                .appendBuffer(control())
                .appendBuffer(frame(slice(two, 1, 200)))
                .appendBuffer(frame(slice(two, 200, two.length)));
        for (int i = 0; i < wire.length(); i++) {
            times.arrived(wire.getBuffer(i, i + 1), 0);
        }
        assertThat(times.busiest(SECOND)).isEqualTo(2);
    }

    // Seconds of the clock would hide a burst at the turn of two of them.
    @Test
    void theStretchSlidesAndItsEndIsOutsideOfIt() {
        for (long millis : new long[] {0, 900, 1_000, 1_800, 1_899, 3_000}) {
            times.arrived(frame(publish(10)), Duration.ofMillis(millis).toNanos());
        }
        assertThat(times.busiest(SECOND)).isEqualTo(4);
        assertThat(times.busiest(Duration.ofSeconds(5))).isEqualTo(6);
        times.forget();
        assertThat(times.busiest(SECOND)).isZero();
    }

    private static byte[] publish(int length) {
        byte[] header = length < 128
                ? new byte[] {0x32, (byte) length}
                : new byte[] {0x32, (byte) (length & 0x7f | 0x80), (byte) (length >> 7)};
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 0x32);
        return packets(header, body);
    }

    private static byte[] packets(byte[]... parts) {
        Buffer all = Buffer.buffer();
        for (byte[] part : parts) {
            all.appendBytes(part);
        }
        return all.getBytes();
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static Buffer frame(byte[] payload) {
        return masked(0x82, payload);
    }

    // A ping of the WebSocket, whose content looks like a PUBLISH.
    private static Buffer control() {
        return masked(0x89, new byte[] {0x32, 0});
    }

    private static Buffer masked(int first, byte[] payload) {
        byte[] mask = {0x11, 0x22, 0x33, 0x44};
        Buffer frame = Buffer.buffer().appendByte((byte) first);
        if (payload.length < 126) {
            frame.appendByte((byte) (0x80 | payload.length));
        } else {
            frame.appendByte((byte) (0x80 | 126)).appendUnsignedShort(payload.length);
        }
        frame.appendBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.appendByte((byte) (payload[i] ^ mask[i % 4]));
        }
        return frame;
    }
}
