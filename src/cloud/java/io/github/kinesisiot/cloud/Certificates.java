package io.github.kinesisiot.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A certificate authority, and the certificate it issued to the IoT endpoint for {@code localhost} and 127.0.0.1. Made once for each JVM: each
 * making starts two others.
 *
 * @param caFile the authority's certificate as PEM, for whoever is to trust the endpoint
 * @param keyStore PKCS#12 with the endpoint's key and chain under {@link #ALIAS}
 */
record Certificates(Path caFile, Path keyStore) {
    static final String ALIAS = "endpoint";
    static final String PASSWORD = "local-cloud";
    private static final String AUTHORITY = "authority";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Certificates made;

    static synchronized Certificates ofThisJvm() {
        if (made == null) {
            made = generate(Workspace.newRun());
        }
        return made;
    }

    private static Certificates generate(Path run) {
        Path keyStore = run.resolve("iot-endpoint.p12");
        keytool(run, keyStore, AUTHORITY, "-dname", "CN=Local cloud authority", "-ext", "bc:critical=ca:true");
        List<String> issued =
                List.of("-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-signer", AUTHORITY);
        keytool(run, keyStore, ALIAS, issued.toArray(String[]::new));
        return new Certificates(writeAuthority(keyStore, run.resolve("iot-ca.pem")), keyStore);
    }

    private static void keytool(Path run, Path keyStore, String alias, String... specific) {
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(program.toString(), "-genkeypair", "-alias", alias));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", keyStore.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(specific));
        // Without this the JVM of keytool spends half its time compiling.
        command.add(1, "-J-XX:TieredStopAtLevel=1");
        try (ChildProcess keytool = ChildProcess.start(
                "keytool", run.resolve("keytool-" + alias + ".log"), run, Map.of(), Duration.ofSeconds(1), command)) {
            Optional<Integer> code = keytool.awaitExit(LIMIT);
            if (!code.equals(Optional.of(0))) {
                throw new IllegalStateException("keytool did not make a key for " + alias + ": " + keytool.lastWords());
            }
        }
    }

    private static Path writeAuthority(Path keyStore, Path file) {
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            byte[] der = store.getCertificate(AUTHORITY).getEncoded();
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
            return Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the authority's certificate could not be written", e);
        }
    }
}
