package io.github.kinesisiot.cloud;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One connection of the IoT endpoint, from the WebSocket upgrade on: takes the packets of both sides apart, holds the client's to the rules
 * of AWS, and passes on the rest. All on the event loop of both sockets, but for {@link #strike} and {@link #isLeaving}.
 */
final class GateSession {
    private static final int NORMAL = 1000;
    private static final int WEB_SOCKET_PROTOCOL_ERROR = 1002;

    /** For the client to read what was said last and to close; the kernel would throw it away if it went on sending to a closed socket. */
    private static final long LINGER_MILLIS = 1_000;

    private enum Stage {
        BEFORE_CONNECT,
        BEFORE_CONNACK,
        OPEN,
        ENDED
    }

    private final Vertx vertx;
    private final Context context;
    private final GateState state;
    private final GateConnection connection;
    private final NetSocket client;
    private final NetSocket broker;
    private final Valve clientValve;
    private final Valve brokerValve;
    private final Delay in;
    private final Delay out;
    private final PublishTimes times;
    private final boolean counting;
    private final IotQuotas quotas;
    private final SlidingSecond rate;
    private final Throughput throughput;
    private final GateAliases aliases = new GateAliases();
    /** Publishes without a PUBACK yet. */
    private final Set<Integer> open = new HashSet<>();
    /** What to do with PUBACKs to come. */
    private final Map<Integer, Spoil> answers = new HashMap<>();

    private Buffer forBroker = Buffer.buffer();
    private Buffer forClient = Buffer.buffer();
    private Stage stage = Stage.BEFORE_CONNECT;
    private ConnectPacket connect;
    private String clientId = "";
    /** Neither heard nor answered any more, but there. */
    private boolean mute;

    private volatile boolean leaving;

    GateSession(Vertx vertx, GateState state, GateConnection connection, NetSocket client, NetSocket broker) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.state = state;
        this.connection = connection;
        this.client = client;
        this.broker = broker;
        this.clientValve = new Valve(client);
        this.brokerValve = new Valve(broker);
        this.in = new Delay(vertx, state::halfRoundTripNanos);
        this.out = new Delay(vertx, state::halfRoundTripNanos);
        this.counting = state.counting();
        this.times = state.newTimes();
        this.quotas = state.quotas();
        this.rate = quotas.publishesPerSecond() > 0 ? new SlidingSecond(quotas.publishesPerSecond()) : null;
        this.throughput = quotas.bytesPerSecond() > 0 ? new Throughput(quotas.bytesPerSecond()) : null;
    }

    void start(Runnable atEnd) {
        FrameReader clientFrames = new FrameReader(true, new ClientSide());
        FrameReader brokerFrames = new FrameReader(false, new BrokerSide());
        client.handler(bytes -> in.accept(() -> fromClient(clientFrames, bytes.getBytes())));
        broker.handler(bytes -> fromBroker(brokerFrames, bytes.getBytes()));
        client.exceptionHandler(e -> client.close());
        broker.exceptionHandler(e -> broker.close());
        client.closeHandler(closed -> {
            ended();
            broker.close();
            atEnd.run();
        });
        broker.closeHandler(closed -> {
            if (stage != Stage.ENDED) {
                out.accept(client::close);
            }
        });
    }

    GateConnection connection() {
        return connection;
    }

    String clientId() {
        return clientId;
    }

    /** Whether the last word is said, and the socket about to close. */
    boolean isLeaving() {
        return leaving;
    }

    /** Ends it, whatever it is doing. From any thread. */
    void strike(Spoil.Ending ending) {
        context.runOnContext(now -> end(ending));
    }

    /** Closes the socket, also of a connection that was left half open. */
    void cut() {
        leaving = true;
        client.close();
    }

    private void fromClient(FrameReader frames, byte[] bytes) {
        if (mute) {
            return;
        }
        frames.take(bytes);
        flushToBroker();
        flushToClient();
        used(bytes.length);
    }

    private void fromBroker(FrameReader frames, byte[] bytes) {
        if (stage == Stage.ENDED) {
            return;
        }
        frames.take(bytes);
        flushToClient();
        used(bytes.length);
    }

    /** What is beyond the bytes of a second waits in the client's socket. */
    private void used(int bytes) {
        if (throughput == null) {
            return;
        }
        long wait = throughput.used(bytes, System.nanoTime());
        if (wait > 0) {
            clientValve.shut(Valve.Hold.QUOTA);
            vertx.setTimer(Math.max(1, wait / 1_000_000), timer -> clientValve.open(Valve.Hold.QUOTA));
        }
    }

    private final class ClientSide implements FrameReader.Frames, PacketReader.Packets {
        private final PacketReader packets = new PacketReader(Connack.PACKET_BYTES, this);

        @Override
        public void data(byte[] bytes, int from, int to) {
            packets.take(bytes, from, to);
        }

        @Override
        public void control(int opcode, byte[] payload) {
            if (stage != Stage.ENDED) {
                flushToBroker();
                clientValve.write(broker, Buffer.buffer(FrameReader.frame(true, opcode, payload, payload.length)));
            } else if (opcode == FrameReader.CLOSE) {
                client.close();
            }
        }

        @Override
        public void wrongFrame() {
            end(new Spoil.WebSocketClose(WEB_SOCKET_PROTOCOL_ERROR));
        }

        @Override
        public void packet(Packet packet) {
            try {
                switch (stage) {
                    case BEFORE_CONNECT -> connect(packet);
                    // AWS takes nothing before it has said CONNACK.
                    case BEFORE_CONNACK -> close();
                    case OPEN -> fromOpenClient(packet);
                    case ENDED -> {}
                }
            } catch (MalformedPacketException e) {
                badPacket(Reason.MALFORMED_PACKET);
            }
        }

        @Override
        public void badPacket(int reason) {
            if (stage == Stage.OPEN) {
                disconnect(reason, "");
            } else {
                close();
            }
        }
    }

    private final class BrokerSide implements FrameReader.Frames, PacketReader.Packets {
        private final PacketReader packets = new PacketReader(Integer.MAX_VALUE, this);

        @Override
        public void data(byte[] bytes, int from, int to) {
            packets.take(bytes, from, to);
        }

        @Override
        public void control(int opcode, byte[] payload) {
            if (stage != Stage.ENDED) {
                flushToClient();
                send(FrameReader.frame(false, opcode, payload, payload.length));
            }
        }

        @Override
        public void wrongFrame() {
            client.close();
        }

        @Override
        public void packet(Packet packet) {
            switch (packet.type()) {
                case Packet.CONNACK -> connack(packet);
                case Packet.PUBACK -> puback(packet);
                default -> toClient(packet);
            }
        }

        @Override
        public void badPacket(int reason) {
            client.close();
        }
    }

    private void connect(Packet packet) {
        if (packet.type() != Packet.CONNECT) {
            close();
            return;
        }
        connect = ConnectPacket.read(packet);
        clientId = connect.clientId();
        boolean inTime = state.clientIds.connects(
                new GateConnect(state.clock.instant(), connection.id(), clientId), System.nanoTime(), quotas);
        int refusal = GateRules.refusal(connect, state.policy());
        if (refusal == 0 && !inTime) {
            refusal = Reason.QUOTA_EXCEEDED;
        }
        if (refusal != 0) {
            state.verdict(clientId, "CONNACK", refusal, "");
            toClient(Packet.refusedConnect(refusal));
            end(new Spoil.WebSocketClose(NORMAL));
            return;
        }
        stage = Stage.BEFORE_CONNACK;
        if (!clientId.isEmpty()) {
            GateSession former = state.clientIds.takenBy(clientId, this);
            if (former != null) {
                state.verdict(clientId, "DISCONNECT", Reason.SESSION_TAKEN_OVER, "");
                former.strike(new Spoil.Disconnect(Reason.SESSION_TAKEN_OVER));
            }
        }
        toBroker(connect.served());
    }

    private void connack(Packet packet) {
        if (stage != Stage.BEFORE_CONNACK) {
            return;
        }
        toClient(Connack.of(packet, connect));
        if (packet.bytes()[packet.bodyAt() + 1] != Reason.SUCCESS) {
            return;
        }
        stage = Stage.OPEN;
        state.faults.at(LinkFault.Moment.CONNACK, clientId, "").ifPresent(spoil -> end((Spoil.Ending) spoil));
    }

    private void fromOpenClient(Packet packet) {
        switch (packet.type()) {
            case Packet.PUBLISH -> publish(PublishHead.read(packet));
            case Packet.PUBACK, Packet.SUBSCRIBE, Packet.UNSUBSCRIBE, Packet.PINGREQ, Packet.DISCONNECT ->
                toBroker(packet);
            // A second CONNECT, QoS 2, AUTH, and what only brokers send.
            default -> disconnect(Reason.PROTOCOL_ERROR, "");
        }
    }

    private void publish(PublishHead publish) {
        long now = System.nanoTime();
        if (counting) {
            times.arrived(now);
        }
        Optional<String> known = aliases.topic(publish);
        if (known.isEmpty()) {
            disconnect(Reason.TOPIC_ALIAS_INVALID, "");
            return;
        }
        String topic = known.get();
        int fatal = GateRules.fatal(publish, topic);
        if (fatal != 0) {
            disconnect(fatal, topic);
        } else if (rate != null && !rate.take(now)) {
            excess(publish, topic);
        } else if (!state.policy().allowsPublish(topic, publish.retained())) {
            denied(publish, topic);
        } else if (open.contains(publish.id())) {
            refuse(publish, Reason.PACKET_ID_IN_USE, topic);
        } else if (publish.qos() > 0 && quotas.unacknowledged() > 0 && open.size() >= quotas.unacknowledged()) {
            disconnect(Reason.RECEIVE_MAXIMUM_EXCEEDED, topic);
        } else {
            pass(publish, topic);
        }
    }

    private void excess(PublishHead publish, String topic) {
        switch (quotas.excess()) {
            case REFUSED -> refuse(publish, Reason.QUOTA_EXCEEDED, topic);
            case DISCARDED -> state.verdict(clientId, "DROPPED", 0, topic);
            case DISCONNECTED -> disconnect(Reason.QUOTA_EXCEEDED, topic);
        }
    }

    private void denied(PublishHead publish, String topic) {
        switch (state.policy().denial()) {
            case PUBACK -> refuse(publish, Reason.NOT_AUTHORIZED, topic);
            case DISCONNECT -> disconnect(Reason.NOT_AUTHORIZED, topic);
            case CLOSE -> close();
        }
    }

    private void pass(PublishHead publish, String topic) {
        Optional<Spoil> spoil = state.faults.at(LinkFault.Moment.PUBLISH, clientId, topic);
        if (spoil.isPresent()) {
            if (spoil.get() instanceof Spoil.Ending ending) {
                end(ending);
                return;
            }
            if (spoil.get() instanceof Spoil.Refused refused) {
                if (publish.qos() > 0) {
                    toClient(Packet.puback(publish.id(), refused.reason()));
                }
                return;
            }
            answers.put(publish.id(), spoil.get());
        }
        if (publish.qos() > 0) {
            open.add(publish.id());
        }
        toBroker(aliases.forBroker(publish, topic));
    }

    private void puback(Packet packet) {
        int id = packet.id();
        Spoil spoil = answers.remove(id);
        if (spoil instanceof Spoil.Unanswered) {
            return;
        }
        // AWS does not say whether anybody has subscribed.
        Packet answer =
                packet.pubackReason() == Reason.NO_MATCHING_SUBSCRIBERS ? Packet.puback(id, Reason.SUCCESS) : packet;
        if (spoil instanceof Spoil.Late late) {
            vertx.setTimer(Math.max(1, late.by().toMillis()), timer -> {
                open.remove(id);
                toClient(answer);
                flushToClient();
            });
            return;
        }
        open.remove(id);
        toClient(answer);
        if (spoil instanceof Spoil.Twice) {
            toClient(answer);
        }
    }

    private void refuse(PublishHead publish, int reason, String topic) {
        if (publish.qos() == 0) {
            state.verdict(clientId, "DROPPED", 0, topic);
            return;
        }
        state.verdict(clientId, "PUBACK", reason, topic);
        toClient(Packet.puback(publish.id(), reason));
    }

    private void disconnect(int reason, String topic) {
        state.verdict(clientId, "DISCONNECT", reason, topic);
        end(new Spoil.Disconnect(reason));
    }

    private void close() {
        state.verdict(clientId, "CLOSED", 0, "");
        end(new Spoil.Close());
    }

    private void end(Spoil.Ending ending) {
        if (stage == Stage.ENDED) {
            return;
        }
        if (ending instanceof Spoil.Disconnect disconnect) {
            toClient(Packet.disconnect(disconnect.reason()));
        }
        flushToBroker();
        flushToClient();
        ended();
        broker.close();
        leaving = !(ending instanceof Spoil.HalfOpen || ending instanceof Spoil.Silence);
        if (ending instanceof Spoil.Disconnect) {
            farewell(NORMAL);
        } else if (ending instanceof Spoil.WebSocketClose close) {
            farewell(close.status());
        } else if (ending instanceof Spoil.Close) {
            out.accept(client::close);
        } else if (ending instanceof Spoil.Reset) {
            out.accept(this::reset);
        } else {
            out.accept(() -> mute = true);
            if (ending instanceof Spoil.HalfOpen) {
                clientValve.shut(Valve.Hold.FOR_EVER);
            }
        }
    }

    private void farewell(int status) {
        send(FrameReader.close(status));
        out.accept(() -> vertx.setTimer(LINGER_MILLIS, timer -> client.close()));
    }

    private void ended() {
        stage = Stage.ENDED;
        state.clientIds.left(clientId, this);
    }

    private void reset() {
        Channel channel = ((NetSocketInternal) client).channelHandlerContext().channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        // Past TLS, which would say goodbye first.
        channel.unsafe().close(channel.voidPromise());
    }

    private void toBroker(Packet packet) {
        forBroker.appendBytes(packet.bytes());
    }

    private void toClient(Packet packet) {
        forClient.appendBytes(packet.bytes());
    }

    private void flushToBroker() {
        if (forBroker.length() > 0 && stage != Stage.ENDED) {
            byte[] bytes = forBroker.getBytes();
            clientValve.write(broker, Buffer.buffer(FrameReader.binary(true, bytes, bytes.length)));
        }
        forBroker = Buffer.buffer();
    }

    private void flushToClient() {
        if (forClient.length() > 0) {
            byte[] bytes = forClient.getBytes();
            forClient = Buffer.buffer();
            send(FrameReader.binary(false, bytes, bytes.length));
        }
    }

    private void send(byte[] frame) {
        out.accept(() -> {
            if (!mute) {
                brokerValve.write(client, Buffer.buffer(frame));
            }
        });
    }
}
