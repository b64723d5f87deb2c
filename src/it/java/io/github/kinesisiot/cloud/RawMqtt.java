package io.github.kinesisiot.cloud;

import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * A client of the IoT endpoint that writes what it is told, allowed or not, and tells all that comes back, down to how TCP ends. For one
 * thread.
 */
final class RawMqtt implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SSLSocket socket;
    private final FrameReader frames = new FrameReader(false, new Listener());
    private final Deque<String> said = new ArrayDeque<>();
    private Packet connack;

    private RawMqtt(SSLSocket socket) {
        this.socket = socket;
    }

    /** Upgrades, and says nothing yet. */
    static RawMqtt open(LocalCloud cloud, AwsSessionCredentials session) throws Exception {
        URI url = PresignedUrl.sign(cloud.iot().endpoint(), session, Clock.systemUTC());
        SSLSocket socket = (SSLSocket)
                TrustedAuthority.context(cloud.caFile()).getSocketFactory().createSocket(url.getHost(), url.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        RawMqtt client = new RawMqtt(socket);
        client.write("GET /mqtt?" + url.getRawQuery() + " HTTP/1.1\r\nHost: " + url.getHost() + ":" + url.getPort()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        client.readHead();
        return client;
    }

    private void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new EOFException("no answer to the upgrade");
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("upgrade refused: " + head.substring(0, head.indexOf("\r\n")));
        }
    }

    /** CONNECT; the answer is still to be read. */
    RawMqtt connect(String clientId, int keepAliveSeconds) throws IOException {
        return send(connectPacket(clientId, keepAliveSeconds, new byte[0]));
    }

    static byte[] connectPacket(String clientId, int keepAliveSeconds, byte[] properties) {
        byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
        return packet(
                0x10,
                Buffer.buffer()
                        .appendUnsignedShort(4)
                        .appendString("MQTT")
                        .appendByte((byte) 5)
                        .appendByte((byte) 2)
                        .appendUnsignedShort(keepAliveSeconds)
                        .appendByte((byte) properties.length)
                        .appendBytes(properties)
                        .appendUnsignedShort(id.length)
                        .appendBytes(id));
    }

    /** PUBLISH with QoS 1 and nothing special. */
    RawMqtt publish(int id, String topic) throws IOException {
        return publish(0x32, id, topic, new byte[0], new byte[] {'x'});
    }

    RawMqtt publish(int first, int id, String topic, byte[] properties, byte[] payload) throws IOException {
        return send(publishPacket(first, id, topic, properties, payload));
    }

    static byte[] publishPacket(int first, int id, String topic, byte[] properties, byte[] payload) {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        Buffer body = Buffer.buffer().appendUnsignedShort(name.length).appendBytes(name);
        if ((first & 6) != 0) {
            body.appendUnsignedShort(id);
        }
        return packet(
                first,
                body.appendBytes(Properties5.variable(properties.length))
                        .appendBytes(properties)
                        .appendBytes(payload));
    }

    private static byte[] packet(int first, Buffer body) {
        return Buffer.buffer()
                .appendByte((byte) first)
                .appendBytes(Properties5.variable(body.length()))
                .appendBuffer(body)
                .getBytes();
    }

    /** Whatever it is, as one frame. */
    RawMqtt send(byte[] bytes) throws IOException {
        return sendRaw(FrameReader.binary(true, bytes, bytes.length));
    }

    RawMqtt sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /**
     * What comes next: {@code CONNACK 0x00}, {@code PUBACK 7 0x97}, {@code DISCONNECT 0x8e}, {@code PINGRESP}, {@code close 1000} for the
     * WebSocket's close frame, {@code end} for TCP's, {@code reset}.
     */
    String next() throws IOException {
        return next(PATIENCE);
    }

    /** @return {@code nothing} if it takes longer */
    String next(Duration limit) throws IOException {
        byte[] bytes = new byte[8_192];
        socket.setSoTimeout((int) limit.toMillis());
        while (said.isEmpty()) {
            try {
                int count = socket.getInputStream().read(bytes);
                if (count < 0) {
                    return "end";
                }
                frames.take(Arrays.copyOf(bytes, count));
            } catch (SocketTimeoutException e) {
                return "nothing";
            } catch (SocketException | SSLException e) {
                return "reset";
            }
        }
        return said.poll();
    }

    // As a proper client does, so that nobody waits for it.
    private void answerClose(byte[] payload) {
        try {
            sendRaw(FrameReader.frame(true, FrameReader.CLOSE, payload, payload.length));
        } catch (IOException e) {
            said.add("reset");
        }
    }

    /** The last CONNACK. */
    Packet connack() {
        return connack;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Listener implements FrameReader.Frames, PacketReader.Packets {
        private final PacketReader packets = new PacketReader(Integer.MAX_VALUE, this);

        @Override
        public void data(byte[] bytes, int from, int to) {
            packets.take(bytes, from, to);
        }

        @Override
        public void control(int opcode, byte[] payload) {
            if (opcode == FrameReader.CLOSE) {
                said.add("close " + ((payload[0] & 0xff) << 8 | payload[1] & 0xff));
                answerClose(payload);
            } else {
                said.add("control " + opcode);
            }
        }

        @Override
        public void wrongFrame() {
            said.add("wrong frame");
        }

        @Override
        public void packet(Packet packet) {
            switch (packet.type()) {
                case Packet.CONNACK -> {
                    connack = packet;
                    said.add("CONNACK 0x%02x".formatted(packet.bytes()[packet.bodyAt() + 1]));
                }
                case Packet.PUBACK -> said.add("PUBACK %d 0x%02x".formatted(packet.id(), packet.pubackReason()));
                case Packet.DISCONNECT -> said.add("DISCONNECT 0x%02x".formatted(packet.bytes()[packet.bodyAt()]));
                case 13 -> said.add("PINGRESP");
                default -> said.add("packet " + packet.type());
            }
        }

        @Override
        public void badPacket(int reason) {
            said.add("bad packet");
        }
    }
}
