package io.github.kinesisiot.iot.websocket;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;

/**
 * One WebSocket connection for one Paho client: opened, signed and upgraded in {@link #start()}, then two streams of payload bytes.
 *
 * <p>{@link #start()} blocks and may be ended from another thread with {@link #abort()}; so may a write.
 */
final class WebSocketModule implements NetworkModule {

    private static final int READ_BUFFER = 16 * 1024;
    private static final byte[] NORMAL_CLOSURE = {0x03, (byte) 0xE8};
    private static final SecureRandom RANDOM = new SecureRandom();

    private final WebSocketOptions options;
    private final Object lock = new Object();
    private Socket socket;
    private boolean aborted;
    private volatile boolean polite;
    private volatile FrameOutput output;
    private volatile FrameInput input;

    WebSocketModule(WebSocketOptions options) {
        this.options = options;
    }

    @Override
    public void start() throws IOException {
        SocketOpener opener = new SocketOpener(options);
        Socket plain = opener.create();
        synchronized (lock) {
            if (aborted) {
                plain.close();
                throw new SocketException("the connection attempt was given up before it began");
            }
            socket = plain;
        }
        try {
            opener.connect(plain);
            Socket open = options.address().isTls() ? opener.secure(plain) : plain;
            InputStream in = new BufferedInputStream(open.getInputStream(), READ_BUFFER);
            OutputStream out = open.getOutputStream();
            Map<String, String> headers = options.getCustomWebSocketHeaders();
            new UpgradeHandshake(options.address(), headers == null ? Map.of() : headers, RANDOM, options.clock())
                    .perform(options.nextTarget(), in, out);
            // From here on silence is no fault: Paho's keep-alive watches the connection.
            plain.setSoTimeout(0);
            FrameOutput frames = new FrameOutput(out, RANDOM);
            output = frames;
            input = new FrameInput(in, frames);
        } catch (IOException | RuntimeException e) {
            abort();
            throw e;
        }
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    void closePolitely() {
        polite = true;
    }

    @Override
    public void stop() {
        FrameOutput frames = output;
        if (polite && frames != null) {
            try {
                frames.closeFrame(NORMAL_CLOSURE);
            } catch (IOException e) {
                // the broker was faster; the socket is closed either way
            }
        }
        abort();
    }

    // Closes the TCP socket under the TLS layer: closing that one would wait for a write that may never end.
    void abort() {
        Socket open;
        synchronized (lock) {
            aborted = true;
            open = socket;
        }
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // closed is closed
        }
        FrameOutput frames = output;
        if (frames != null) {
            frames.release();
        }
    }

    @Override
    public String getServerURI() {
        return options.clientUri();
    }
}
