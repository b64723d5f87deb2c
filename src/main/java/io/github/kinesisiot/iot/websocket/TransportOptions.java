package io.github.kinesisiot.iot.websocket;

import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/**
 * Paho's options plus what the transport needs: Paho hands the options of a connect to the transport's factory, which it finds
 * by itself, so this is the one way to give the transport anything. For one connection attempt.
 */
public final class TransportOptions extends MqttConnectionOptions {

    private final BrokerAddress address;
    private final Supplier<RequestTarget> target;
    private final SocketFactory plainSockets;
    private final TlsSettings tls;
    private final Duration stepTimeout;
    private final Clock clock;
    private final BrokerWords words = new BrokerWords();
    private volatile TransportModule module;
    private volatile boolean aborted;

    /**
     * @param target for a WebSocket, asked once, when the TCP and TLS connection stands and right before the upgrade request is written
     * @param tls null for ws and tcp
     * @param stepTimeout limit of the TCP connect, and of each wait for the peer during the handshakes
     */
    public TransportOptions(
            BrokerAddress address,
            Supplier<RequestTarget> target,
            SocketFactory plainSockets,
            TlsSettings tls,
            Duration stepTimeout,
            Clock clock) {
        this.address = address;
        this.target = target;
        this.plainSockets = plainSockets;
        this.tls = tls;
        this.stepTimeout = stepTimeout;
        this.clock = clock;
    }

    /** The URI to create the Paho client with: a scheme of our own, so that those of other Paho clients stay Paho's. */
    public String clientUri() {
        return TransportModuleFactory.SCHEME + "://" + address.bracketedHost() + ":" + address.port();
    }

    /** What the broker said that Paho does not pass on. */
    public BrokerWords words() {
        return words;
    }

    /** Where packets go, each in one write, from any thread; once connected. May block until {@link #abort()}. */
    public OutputStream output() {
        return module.getOutputStream();
    }

    /** Closes the socket at once, also while it is being connected or written to. Never blocks. */
    public void abort() {
        aborted = true;
        TransportModule current = module;
        if (current != null) {
            current.abort();
        }
    }

    /** Makes the end of this connection a polite one, with a close frame. May block in a write until {@link #abort()}. */
    public void closePolitely() {
        TransportModule current = module;
        if (current != null) {
            current.closePolitely();
        }
    }

    TransportModule createModule() {
        TransportModule created = new TransportModule(this);
        module = created;
        if (aborted) {
            created.abort();
        }
        return created;
    }

    BrokerAddress address() {
        return address;
    }

    RequestTarget nextTarget() {
        return target.get();
    }

    SocketFactory plainSockets() {
        return plainSockets;
    }

    TlsSettings tls() {
        return tls;
    }

    Duration stepTimeout() {
        return stepTimeout;
    }

    Clock clock() {
        return clock;
    }

    Optional<InetSocketAddress> proxy() {
        return address.isTls() ? HttpsProxy.forHost(address.host(), System::getProperty) : Optional.empty();
    }
}
