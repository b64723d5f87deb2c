package io.github.kinesisiot.iot.websocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * Opens the TCP connection, through an HTTP proxy where one is set, and puts TLS on it.
 *
 * <p>Each single step is limited by the time-out; the sum of them is the business of whoever may close the socket.
 */
final class SocketOpener {

    private final BrokerAddress address;
    private final SocketFactory plainSockets;
    private final TlsSettings tls;
    private final Duration timeout;
    private final Optional<InetSocketAddress> proxy;

    SocketOpener(TransportOptions options) {
        this(options, options.tls());
    }

    SocketOpener(TransportOptions options, TlsSettings tls) {
        this.address = options.address();
        this.plainSockets = options.plainSockets();
        this.tls = tls;
        this.timeout = options.stepTimeout();
        this.proxy = options.proxy();
    }

    /** Not yet connected, so that it can be closed from another thread while {@link #connect} blocks. */
    Socket create() throws IOException {
        Socket socket = plainSockets.createSocket();
        socket.setTcpNoDelay(true);
        return socket;
    }

    void connect(Socket socket) throws IOException {
        InetSocketAddress next =
                proxy.isPresent() ? proxy.get() : new InetSocketAddress(address.host(), address.port());
        if (proxy.isPresent()) {
            next = new InetSocketAddress(next.getHostString(), next.getPort()); // resolve anew on each attempt
        }
        if (next.isUnresolved()) {
            throw new UnknownHostException(next.getHostString());
        }
        int millis = (int) timeout.toMillis();
        socket.connect(next, millis);
        socket.setSoTimeout(millis);
        if (proxy.isPresent()) {
            tunnel(socket);
        }
    }

    private void tunnel(Socket socket) throws IOException {
        String target = address.bracketedHost() + ":" + address.port();
        String request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        int status = UpgradeHandshake.status(
                UpgradeHandshake.head(socket.getInputStream()).split("\r?\n")[0]);
        if (status / 100 != 2) {
            throw new IOException("the proxy " + proxy.get().getHostString() + ":"
                    + proxy.get().getPort() + " refused to connect to " + target + ": HTTP " + status
                    + (status == 407
                            ? ", it wants a user name and password, which the bridge cannot give: let it through without"
                            : ""));
        }
    }

    Socket secure(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) tls.sockets().createSocket(plain, address.host(), address.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        if (isName(address.host())) {
            parameters.setServerNames(List.of(new SNIHostName(address.host())));
        }
        if (tls.verifyHostname()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!tls.cipherSuites().isEmpty()) {
            parameters.setCipherSuites(tls.cipherSuites().toArray(String[]::new));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (tls.verifier() != null && !tls.verifier().verify(address.host(), socket.getSession())) {
            throw new SSLPeerUnverifiedException(
                    "sslHostnameVerifier does not accept the certificate of " + address.host());
        }
        return socket;
    }

    // SNI knows names only; an underscore is no legal name there either.
    private static boolean isName(String host) {
        return host.indexOf(':') < 0 && host.indexOf('_') < 0 && !host.matches("[0-9.]+");
    }
}
