package io.github.kinesisiot.iot.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** The signed request target, against a second computation of SigV4 that shares no code with the first. */
class UrlSignerTest {

    private static final Instant NOW = Instant.parse("2026-11-22T19:30:05Z");
    private static final String SECRET = "wJalr/UtnFEMI+K7MDENG/bPxRfiCY=EXAMPLEKEY";
    private static final String TOKEN = "IQoJb3JpZ2luX2Vj//abc+def/ghi==?&% ~é";

    private final UrlSigner signer = new UrlSigner("eu-west-1", Clock.fixed(NOW, ZoneOffset.UTC));

    /** The SDK signs a second header when it is given no expiration: AWS refuses that with 403. */
    @Test
    void onlyTheHostIsSignedOverAnEmptyBody() throws Exception {
        BrokerAddress address = BrokerAddress.parse("wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt");
        String text = signer.sign(address, AwsBasicCredentials.create("AKIDEXAMPLE", SECRET))
                .text();
        assertThat(text).startsWith("/mqtt?").doesNotContain("X-Amz-Security-Token");
        TreeMap<String, String> query = query(text);
        assertThat(query)
                .containsEntry("X-Amz-SignedHeaders", "host")
                .containsEntry("X-Amz-Date", "20261122T193005Z")
                .containsEntry(
                        "X-Amz-Credential", "AKIDEXAMPLE%2F20261122%2Feu-west-1%2Fiotdevicegateway%2Faws4_request");
        assertThat(query.get("X-Amz-Signature")).isEqualTo(signature(query, "abc-ats.iot.eu-west-1.amazonaws.com"));
    }

    /** A token inside the signature is the S3 way and gets a 403 from AWS IoT; one that is badly encoded does too. */
    @Test
    void theTokenIsAppendedEncodedAndNotSigned() throws Exception {
        BrokerAddress address = BrokerAddress.parse("wss://abc-ats.iot.eu-west-1.amazonaws.com");
        AwsCredentials session = AwsSessionCredentials.create("AKID/EX+AMPLE", SECRET, TOKEN);
        String text = signer.sign(address, session).text();
        assertThat(text).endsWith("&X-Amz-Security-Token=" + encoded(TOKEN));
        TreeMap<String, String> query = query(text);
        query.remove("X-Amz-Security-Token");
        assertThat(query.get("X-Amz-Signature")).isEqualTo(signature(query, "abc-ats.iot.eu-west-1.amazonaws.com"));
    }

    /** The broker checks the signature against the Host header it got: a port or a letter case that differs is a 403. */
    @Test
    void theSignedHostIsTheHostHeader() throws Exception {
        for (String url : new String[] {
            "wss://ABC-ats.IOT.eu-west-1.amazonaws.com:8443/mqtt",
            "ws://localhost:80/mqtt",
            "wss://[::1]:9443/mqtt",
            "wss://[FD00::1]"
        }) {
            BrokerAddress address = BrokerAddress.parse(url);
            String text = signer.sign(address, AwsBasicCredentials.create("AKIDEXAMPLE", SECRET))
                    .text();
            TreeMap<String, String> query = query(text);
            assertThat(query.get("X-Amz-Signature")).as(url).isEqualTo(signature(query, address.hostHeader()));
        }
        assertThat(BrokerAddress.parse("wss://ABC.example:8443/mqtt").hostHeader())
                .isEqualTo("abc.example:8443");
        assertThat(BrokerAddress.parse("wss://ABC.example:443/mqtt").hostHeader())
                .isEqualTo("abc.example");
        assertThat(BrokerAddress.parse("wss://[FD00::1]").hostHeader()).isEqualTo("[fd00::1]");
    }

    /** A published example of the key derivation and signature, so that the second computation is itself checked. */
    @Test
    void theSecondComputationDerivesTheKeyOfTheAwsDocumentation() throws Exception {
        byte[] key = key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20120215", "us-east-1", "iam");
        assertThat(HexFormat.of().formatHex(key))
                .isEqualTo("f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
    }

    /** A signed URL in a log is a password in a log. */
    @Test
    void theTargetShowsNoSecret() {
        BrokerAddress address = BrokerAddress.parse("wss://abc-ats.iot.eu-west-1.amazonaws.com");
        RequestTarget target = signer.sign(address, AwsSessionCredentials.create("AKIDEXAMPLE", SECRET, "thetoken"));
        assertThat(target.toString()).isEqualTo("/mqtt?<redacted>");
        assertThat(BrokerAddress.parse("wss://h/mqtt?secret=1").toString()).isEqualTo("wss://h:443");
    }

    private static TreeMap<String, String> query(String target) {
        TreeMap<String, String> query = new TreeMap<>();
        for (String pair : target.substring(target.indexOf('?') + 1).split("&")) {
            query.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return query;
    }

    /** SigV4 by hand, over parameters that are encoded already. */
    private static String signature(TreeMap<String, String> query, String host) throws Exception {
        StringBuilder canonical = new StringBuilder();
        query.forEach((name, value) -> {
            if (!name.equals("X-Amz-Signature")) {
                canonical
                        .append(canonical.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(value);
            }
        });
        String request = "GET\n/mqtt\n" + canonical + "\nhost:" + host + "\n\nhost\n" + sha256("");
        String day = DateTimeFormatter.BASIC_ISO_DATE.format(
                NOW.atZone(ZoneOffset.UTC).toLocalDate());
        String text = "AWS4-HMAC-SHA256\n" + query.get("X-Amz-Date") + "\n" + day
                + "/eu-west-1/iotdevicegateway/aws4_request\n" + sha256(request);
        return HexFormat.of().formatHex(hmac(key(SECRET, day, "eu-west-1", "iotdevicegateway"), text));
    }

    private static byte[] key(String secret, String day, String region, String service) throws Exception {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : Arrays.asList(day, region, service, "aws4_request")) {
            key = hmac(key, part);
        }
        return key;
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%7E", "~");
    }
}
