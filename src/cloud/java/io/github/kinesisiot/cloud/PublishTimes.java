package io.github.kinesisiot.cloud;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When the PUBLISH packets of one connection arrive: reads the client's WebSocket frames, and MQTT packets across them. The last byte of
 * a packet's fixed header is the moment that counts.
 */
final class PublishTimes {
    private static final int PUBLISH = 3;

    private enum Frame {
        FIRST,
        LENGTH,
        LONGER_LENGTH,
        MASK,
        PAYLOAD
    }

    private final List<Long> times = new ArrayList<>();
    private final byte[] mask = new byte[4];
    private Frame frame = Frame.FIRST;
    private boolean control;
    private int wanted;
    private long left;
    private int maskIndex;
    // Of the MQTT packet: -1 before its first byte, then its type until the length is complete.
    private int type = -1;
    private int shift;
    private long length;
    private long packetLeft;

    synchronized void arrived(Buffer bytes, long nanos) {
        for (int i = 0; i < bytes.length(); i++) {
            take(bytes.getByte(i), nanos);
        }
    }

    synchronized void forget() {
        times.clear();
    }

    /** The most within any stretch of that length. */
    synchronized int busiest(Duration stretch) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < times.size(); to++) {
            while (times.get(to) - times.get(from) >= stretch.toNanos()) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    private void take(byte value, long nanos) {
        switch (frame) {
            case FIRST -> {
                control = (value & 0x08) != 0;
                frame = Frame.LENGTH;
            }
            case LENGTH -> {
                int length = value & 0x7f;
                wanted = length == 126 ? 2 : length == 127 ? 8 : 0;
                left = wanted == 0 ? length : 0;
                frame = wanted == 0 ? Frame.MASK : Frame.LONGER_LENGTH;
                maskIndex = 0;
            }
            case LONGER_LENGTH -> {
                left = left << 8 | value & 0xff;
                frame = --wanted == 0 ? Frame.MASK : Frame.LONGER_LENGTH;
            }
            case MASK -> {
                mask[maskIndex++] = value;
                if (maskIndex == mask.length) {
                    maskIndex = 0;
                    frame = left == 0 ? Frame.FIRST : Frame.PAYLOAD;
                }
            }
            case PAYLOAD -> {
                if (!control) {
                    mqtt((value ^ mask[maskIndex]) & 0xff, nanos);
                }
                maskIndex = (maskIndex + 1) % mask.length;
                frame = --left == 0 ? Frame.FIRST : Frame.PAYLOAD;
            }
        }
    }

    private void mqtt(int value, long nanos) {
        if (packetLeft > 0) {
            packetLeft--;
        } else if (type < 0) {
            type = value >> 4;
            shift = 0;
            length = 0;
        } else {
            length |= (long) (value & 0x7f) << shift;
            shift += 7;
            if ((value & 0x80) == 0) {
                if (type == PUBLISH) {
                    times.add(nanos);
                }
                packetLeft = length;
                type = -1;
            }
        }
    }
}
