package io.github.kinesisiot.iot.websocket;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TCP and TLS as a connection makes them, through the same proxy and with the same trust, and nothing sent. Blocks. */
public final class TlsProbe {

    private final TransportOptions options;

    public TlsProbe(TransportOptions options) {
        this.options = options;
    }

    /** What the certificate at the other end says of itself. */
    public record Peer(String subject, String issuer, Instant validUntil, String protocol) {

        private static Peer of(X509Certificate certificate, String protocol) {
            return new Peer(
                    certificate.getSubjectX500Principal().getName(),
                    certificate.getIssuerX500Principal().getName(),
                    certificate.getNotAfter().toInstant(),
                    protocol);
        }
    }

    /** The proxy that will look up the broker's name, as host:port; empty when that is our business. */
    public Optional<String> proxy() {
        return options.proxy().map(proxy -> proxy.getHostString() + ":" + proxy.getPort());
    }

    /** @throws IOException what a connection would have failed with */
    public Peer handshake() throws IOException {
        try (SSLSocket socket = open(options.tls())) {
            var certificates = socket.getSession().getPeerCertificates();
            return Peer.of(
                    (X509Certificate) certificates[0], socket.getSession().getProtocol());
        }
    }

    /** The certificate that the other end shows, for saying who issued one that is not trusted: trusts nothing, so the handshake fails. */
    public Optional<Peer> shown() {
        var seen = new AtomicReference<X509Certificate>();
        try {
            open(recording(seen)).close();
            return Optional.empty();
        } catch (IOException | GeneralSecurityException e) {
            return Optional.ofNullable(seen.get()).map(certificate -> Peer.of(certificate, ""));
        }
    }

    private SSLSocket open(TlsSettings tls) throws IOException {
        var opener = new SocketOpener(options, tls);
        Socket plain = opener.create();
        try {
            opener.connect(plain);
            return (SSLSocket) opener.secure(plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static TlsSettings recording(AtomicReference<X509Certificate> seen) throws GeneralSecurityException {
        var recorder = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
                throw new CertificateException("there are no clients here");
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
                seen.set(chain[0]);
                throw new CertificateException("only looked at");
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {recorder}, null);
        return new TlsSettings(context.getSocketFactory(), false, null, List.of());
    }
}
