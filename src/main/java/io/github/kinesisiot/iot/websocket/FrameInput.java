package io.github.kinesisiot.iot.websocket;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The payload of the broker's binary frames as one stream; a frame's end means nothing to MQTT. Answers pings and the close frame on
 * the way. What a broker must not send (text, masked frames, bad fragments) ends the stream with an exception.
 *
 * <p>For one reading thread: Paho's receiver.
 */
final class FrameInput extends InputStream {

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int CONTROL = 0x08;

    private final InputStream in;
    private final FrameOutput answers;
    private long remaining;
    private boolean insideMessage;

    /** Reads from a buffered stream; small reads must be cheap. */
    FrameInput(InputStream in, FrameOutput answers) {
        this.in = in;
        this.answers = answers;
    }

    @Override
    public int read() throws IOException {
        nextPayload();
        remaining--;
        return required();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        nextPayload();
        int count = in.read(bytes, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw new EOFException("the broker ended the connection within a WebSocket frame");
        }
        remaining -= count;
        return count;
    }

    @Override
    public int available() throws IOException {
        return remaining == 0 ? 0 : (int) Math.min(remaining, in.available());
    }

    private void nextPayload() throws IOException {
        while (remaining == 0) {
            header();
        }
    }

    private void header() throws IOException {
        int first = in.read();
        if (first < 0) {
            throw new EOFException("the broker ended the connection without a WebSocket close frame");
        }
        int second = required();
        if ((first & RESERVED) != 0 || (second & MASKED) != 0) {
            throw new IOException("the broker sent a WebSocket frame with reserved or masked bits");
        }
        long length = length(second & ~MASKED);
        int opcode = first & OPCODE;
        boolean last = (first & FIN) != 0;
        if ((opcode & CONTROL) != 0) {
            control(opcode, last, length);
            return;
        }
        boolean expected = insideMessage ? opcode == 0 : opcode == FrameOutput.OPCODE_BINARY;
        if (!expected) {
            throw new IOException("the broker sent a WebSocket frame of type " + opcode + " where binary data was due");
        }
        insideMessage = !last;
        remaining = length;
    }

    private long length(int code) throws IOException {
        if (code < 126) {
            return code;
        }
        long length = 0;
        for (int i = code == 126 ? 2 : 8; i > 0; i--) {
            length = length << 8 | required();
        }
        if (length < 0) {
            throw new IOException("the broker sent a WebSocket frame of negative length");
        }
        return length;
    }

    private void control(int opcode, boolean last, long length) throws IOException {
        if (!last || length > 125) {
            throw new IOException("the broker sent a control frame that is fragmented or too long");
        }
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("the broker ended the connection within a control frame");
        }
        switch (opcode) {
            case 0x9 -> answers.pong(payload);
            case FrameOutput.OPCODE_PONG -> {
                // nobody asked for one, and the RFC allows it
            }
            case FrameOutput.OPCODE_CLOSE -> {
                answers.closeFrame(length < 2 ? new byte[0] : new byte[] {payload[0], payload[1]});
                throw new EOFException("the broker closed the WebSocket"
                        + (length < 2 ? "" : ", status " + ((payload[0] & 0xFF) << 8 | payload[1] & 0xFF)));
            }
            default -> throw new IOException("the broker sent a control frame of unknown type " + opcode);
        }
    }

    private int required() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the broker ended the connection within a WebSocket frame");
        }
        return b;
    }
}
