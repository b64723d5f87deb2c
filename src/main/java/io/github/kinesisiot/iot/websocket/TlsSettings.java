package io.github.kinesisiot.iot.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * How a TLS connection is made.
 *
 * @param sockets makes the TLS layer; carries the trust store
 * @param verifyHostname whether the certificate must be for the host; off only where somebody asked for it
 * @param verifier asked in addition, or null
 * @param cipherSuites the only ones to offer; empty for the JVM's choice
 */
public record TlsSettings(
        SSLSocketFactory sockets, boolean verifyHostname, HostnameVerifier verifier, List<String> cipherSuites) {

    /** Trusts exactly the certificates of a PEM file, one or more, instead of the JVM's store. */
    public static SSLSocketFactory trusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("caFile: no certificate in " + pem);
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException e) {
            throw new IllegalArgumentException("caFile: cannot read " + pem + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "caFile: " + pem + " is not a PEM file of X.509 certificates: " + e.getMessage(), e);
        }
    }
}
