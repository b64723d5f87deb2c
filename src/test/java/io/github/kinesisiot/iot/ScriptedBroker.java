package io.github.kinesisiot.iot;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttConnect;
import org.eclipse.paho.mqttv5.common.packet.MqttDisconnect;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPubAck;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;

/** A WebSocket broker that does to each connection what the test's script says, and nothing by itself. */
final class ScriptedBroker implements AutoCloseable {

    /** What happens on one connection; its end closes the connection. */
    interface Script {
        void serve(Peer peer) throws Exception;
    }

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-broker");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final List<String> clientIds = new CopyOnWriteArrayList<>();
    final List<Throwable> scriptFailures = new CopyOnWriteArrayList<>();
    private volatile Script script;

    ScriptedBroker(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** For connections from now on. */
    void script(Script next) {
        script = next;
    }

    String url() {
        return "ws://127.0.0.1:" + server.getLocalPort() + "/mqtt";
    }

    /** For scripts that begin with {@link Peer#withoutWebSocket()}. */
    String tcpUrl() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return sockets.size();
    }

    /** Connections that are open now. */
    long open() {
        return sockets.stream().filter(socket -> !socket.isClosed()).count();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = sockets.size();
                Script current = script;
                threads.execute(() -> serve(current, socket, number));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Script current, Socket socket, int number) {
        try (socket) {
            current.serve(new Peer(socket, number));
        } catch (IOException e) {
            // the client went, as scripts often make it
        } catch (Exception | AssertionError e) {
            scriptFailures.add(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }

    /** Accepts, and acknowledges every publish with success. */
    static Script wellBehaved() {
        return peer -> {
            peer.acceptUpgrade();
            peer.acceptConnect(new MqttProperties());
            while (true) {
                peer.acknowledge(peer.publish(), 0);
            }
        };
    }

    /** The other end of one connection. */
    final class Peer {
        final int number;
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private InputStream payload = new ByteArrayInputStream(new byte[0]);
        private boolean plain;

        Peer(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        String upgradeRequest() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("no upgrade request");
                }
                head.append((char) b);
            }
            return head.toString();
        }

        /** MQTT straight on the socket. */
        Peer withoutWebSocket() {
            plain = true;
            payload = in;
            return this;
        }

        void acceptUpgrade() throws IOException {
            switchProtocols(upgradeRequest());
        }

        void switchProtocols(String request) throws IOException {
            Matcher key = Pattern.compile("(?i)Sec-WebSocket-Key: (\\S+)").matcher(request);
            if (!key.find()) {
                throw new IOException("no key");
            }
            raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
                    + "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n\r\n");
        }

        void raw(String text) throws IOException {
            raw(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        MqttConnect acceptConnect(MqttProperties properties) throws IOException, MqttException {
            MqttConnect connect = (MqttConnect) packet();
            clientIds.add(connect.getClientId());
            send(new MqttConnAck(false, 0, properties));
            return connect;
        }

        /** The next PUBLISH; pings are answered on the way. */
        MqttPublish publish() throws IOException, MqttException {
            while (true) {
                MqttWireMessage packet = packet();
                if (packet instanceof MqttPublish publish) {
                    return publish;
                }
                if (packet instanceof MqttDisconnect) {
                    throw new IOException("disconnected");
                }
                frame(0x82, new byte[] {(byte) 0xD0, 0});
            }
        }

        void acknowledge(MqttPublish publish, int code) throws IOException, MqttException {
            send(new MqttPubAck(code, publish.getMessageId(), new MqttProperties()));
        }

        void disconnect(int code) throws IOException, MqttException {
            send(new MqttDisconnect(code, new MqttProperties()));
        }

        void send(MqttWireMessage packet) throws IOException, MqttException {
            frame(0x82, bytes(packet));
        }

        /** A packet, or what a test wants to be one, as bytes. */
        void mqtt(String hex) throws IOException {
            frame(0x82, HexFormat.of().parseHex(hex.replace(" ", "")));
        }

        byte[] bytes(MqttWireMessage packet) throws MqttException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(packet.getHeader());
            bytes.writeBytes(packet.getPayload());
            return bytes.toByteArray();
        }

        void frame(int firstByte, byte[] content) throws IOException {
            if (plain) {
                raw(content);
                return;
            }
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(firstByte);
            if (content.length < 126) {
                frame.write(content.length);
            } else {
                frame.write(126);
                frame.write(content.length >>> 8);
                frame.write(content.length);
            }
            frame.writeBytes(content);
            raw(frame.toByteArray());
        }

        void cut() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Until the client goes away. */
        void silence() throws IOException {
            while (in.read() >= 0) {
                continue;
            }
        }

        MqttWireMessage packet() throws IOException, MqttException {
            int first = payloadByte();
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.write(first);
            int length = 0;
            int b;
            int shift = 0;
            do {
                b = payloadByte();
                packet.write(b);
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while ((b & 0x80) != 0);
            for (int i = 0; i < length; i++) {
                packet.write(payloadByte());
            }
            return MqttWireMessage.createWireMessage(packet.toByteArray());
        }

        private int payloadByte() throws IOException {
            int b = payload.read();
            while (b < 0) {
                if (plain) {
                    throw new IOException("the client went");
                }
                byte[] content = clientFrame(0x2);
                payload = new SequenceInputStream(payload, new ByteArrayInputStream(content));
                b = payload.read();
            }
            return b;
        }

        /** The content of the client's next frame, which must be masked and of this type. */
        byte[] clientFrame(int opcode) throws IOException {
            DataInputStream data = new DataInputStream(in);
            int first = data.readUnsignedByte();
            int second = data.readUnsignedByte();
            if ((second & 0x80) == 0) {
                throw new AssertionError("the client sent a frame without mask");
            }
            if ((first & 0x0F) == 0x8) {
                throw new IOException("the client closed the WebSocket");
            }
            if ((first & 0x0F) != opcode) {
                throw new AssertionError("the client sent a frame of type " + (first & 0x0F));
            }
            int length = second & 0x7F;
            if (length == 126) {
                length = data.readUnsignedShort();
            } else if (length == 127) {
                throw new AssertionError("the client sent a frame of more than 65535 bytes");
            }
            byte[] mask = data.readNBytes(4);
            byte[] content = data.readNBytes(length);
            for (int i = 0; i < content.length; i++) {
                content[i] ^= mask[i % 4];
            }
            return content;
        }

        private String accept(String key) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-1")
                        .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
                return Base64.getEncoder().encodeToString(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
