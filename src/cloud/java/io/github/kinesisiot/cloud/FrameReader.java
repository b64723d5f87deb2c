package io.github.kinesisiot.cloud;

/**
 * Takes one side's WebSocket byte stream apart, however it arrives in pieces. What the frames carry is handed on as it comes, since MQTT
 * packets do not keep to the borders of frames; a control frame is handed on whole.
 */
final class FrameReader {
    static final int CLOSE = 8;
    private static final int BINARY = 2;
    private static final int CONTROL = 8;

    /** Where it goes. */
    interface Frames {
        /** A part of what data frames carry, unmasked. */
        void data(byte[] bytes, int from, int to);

        void control(int opcode, byte[] payload);

        /** What no endpoint takes: text, or a mask where there must be none, or none where there must be one. Nothing comes after it. */
        void wrongFrame();
    }

    private enum Place {
        FIRST,
        LENGTH,
        LONGER_LENGTH,
        MASK,
        PAYLOAD,
        END
    }

    private final boolean fromClient;
    private final Frames to;
    private final byte[] mask = new byte[4];
    private Place place = Place.FIRST;
    private int opcode;
    private int wanted;
    private long left;
    private int maskIndex;
    private byte[] control;
    private int controlLength;

    /** @param fromClient clients mask, servers do not */
    FrameReader(boolean fromClient, Frames to) {
        this.fromClient = fromClient;
        this.to = to;
    }

    void take(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && place != Place.END) {
            if (place == Place.PAYLOAD) {
                at = payload(bytes, at);
            } else {
                header(bytes[at++]);
            }
        }
    }

    private void header(byte value) {
        switch (place) {
            case FIRST -> {
                opcode = value & 0x0f;
                boolean known = opcode == 0 || opcode == BINARY || opcode >= CONTROL && opcode <= CONTROL + 2;
                if (!known || (value & 0x70) != 0) {
                    wrong();
                } else {
                    place = Place.LENGTH;
                }
            }
            case LENGTH -> {
                int length = value & 0x7f;
                if (value < 0 != fromClient || opcode >= CONTROL && length > 125) {
                    wrong();
                    return;
                }
                wanted = length == 126 ? 2 : length == 127 ? 8 : 0;
                left = wanted == 0 ? length : 0;
                place = Place.LONGER_LENGTH;
                if (wanted == 0) {
                    lengthKnown();
                }
            }
            case LONGER_LENGTH -> {
                left = left << 8 | value & 0xff;
                if (--wanted == 0) {
                    lengthKnown();
                }
            }
            default -> {
                mask[maskIndex++] = value;
                if (maskIndex == mask.length) {
                    maskKnown();
                }
            }
        }
    }

    private void lengthKnown() {
        maskIndex = 0;
        if (fromClient) {
            place = Place.MASK;
        } else {
            maskKnown();
        }
    }

    private void maskKnown() {
        maskIndex = 0;
        if (opcode >= CONTROL) {
            control = new byte[(int) left];
            controlLength = 0;
        }
        place = Place.PAYLOAD;
        if (left == 0) {
            frameEnd();
        }
    }

    private int payload(byte[] bytes, int from) {
        int end = (int) Math.min(bytes.length, from + left);
        if (fromClient) {
            for (int i = from; i < end; i++) {
                bytes[i] ^= mask[maskIndex++ & 3];
            }
        }
        left -= end - from;
        if (opcode >= CONTROL) {
            System.arraycopy(bytes, from, control, controlLength, end - from);
            controlLength += end - from;
        } else {
            to.data(bytes, from, end);
        }
        if (left == 0) {
            frameEnd();
        }
        return end;
    }

    private void frameEnd() {
        place = Place.FIRST;
        if (opcode >= CONTROL) {
            to.control(opcode, control);
        }
    }

    private void wrong() {
        place = Place.END;
        to.wrongFrame();
    }

    /** A whole frame with that payload. A client's has a mask of zeros, which changes nothing and is allowed. */
    static byte[] frame(boolean fromClient, int opcode, byte[] payload, int length) {
        int extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
        int head = 2 + extra + (fromClient ? 4 : 0);
        byte[] frame = new byte[head + length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) ((fromClient ? 0x80 : 0) | (extra == 0 ? length : extra == 2 ? 126 : 127));
        for (int i = 0; i < extra; i++) {
            int shift = 8 * (extra - 1 - i);
            frame[2 + i] = (byte) (shift > 31 ? 0 : length >> shift);
        }
        System.arraycopy(payload, 0, frame, head, length);
        return frame;
    }

    /** A data frame. */
    static byte[] binary(boolean fromClient, byte[] payload, int length) {
        return frame(fromClient, BINARY, payload, length);
    }

    static byte[] close(int status) {
        return frame(false, CLOSE, new byte[] {(byte) (status >> 8), (byte) status}, 2);
    }
}
