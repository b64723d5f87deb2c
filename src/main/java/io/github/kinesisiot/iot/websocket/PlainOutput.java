package io.github.kinesisiot.iot.websocket;

import java.io.IOException;
import java.io.OutputStream;

/** MQTT straight on the socket. */
final class PlainOutput extends FirstWriteOutput {

    private final OutputStream out;

    PlainOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } finally {
            release();
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
