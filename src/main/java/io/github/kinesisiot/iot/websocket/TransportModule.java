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
 * One connection for one Paho client, over WebSocket or plain: opened, signed and upgraded in {@link #start()}, then two streams of MQTT.
 *
 * <p>{@link #start()} blocks and may be ended from another thread with {@link #abort()}; so may a write.
 */
final class TransportModule implements NetworkModule {

    private static final int READ_BUFFER = 16 * 1024;
    private static final byte[] NORMAL_CLOSURE = {0x03, (byte) 0xE8};
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TransportOptions options;
    private final Object lock = new Object();
    private Socket socket;
    private boolean aborted;
    private volatile boolean polite;
    private volatile FirstWriteOutput output;
    private volatile PacketInput input;

    TransportModule(TransportOptions options) {
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
            boolean webSocket = options.address().isWebSocket();
            if (webSocket) {
                upgrade(in, out);
            }
            // From here on silence is no fault: Paho's keep-alive watches the connection.
            plain.setSoTimeout(0);
            if (webSocket) {
                FrameOutput frames = new FrameOutput(out, RANDOM);
                output = frames;
                input = new PacketInput(new FrameInput(in, frames), frames, options.words());
            } else {
                output = new PlainOutput(out);
                input = new PacketInput(in, output, options.words());
            }
        } catch (IOException | RuntimeException e) {
            abort();
            throw e;
        }
    }

    private void upgrade(InputStream in, OutputStream out) throws IOException {
        Map<String, String> headers = options.getCustomWebSocketHeaders();
        new UpgradeHandshake(options.address(), headers == null ? Map.of() : headers, RANDOM, options.clock())
                .perform(options.nextTarget(), in, out);
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
        if (polite && output instanceof FrameOutput frames) {
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
        FirstWriteOutput opened = output;
        if (opened != null) {
            opened.release();
        }
    }

    @Override
    public String getServerURI() {
        return options.clientUri();
    }
}
