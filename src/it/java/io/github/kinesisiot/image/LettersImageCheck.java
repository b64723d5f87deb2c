package io.github.kinesisiot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image of {@code deploy/image}, whose dead letters go to S3. Run by {@code src/it/sh/image}, which builds it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LettersImageCheck {
    private static final String IMAGE =
            System.getProperty("bridge.image.letters", "localhost/kinesis-iot-bridge-letters:check");

    private static final Map<String, String> SETTINGS = Map.of(
            "KINESIS_STREAM", "readings",
            "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
            "IOT_ENDPOINT", "127.0.0.1:9",
            "IOT_REGION", "eu-west-1",
            "AWS_REGION", "eu-west-1");

    // A jar too few is found when the first dead letter is to be stored, or at the start on somebody's cluster.
    @Test
    void theFourJarsAreThereInTheVersionsOfTheBridgeAndTheRouteIsThatForS3() throws Exception {
        Path root = Path.of(Podman.output("image", "mount", IMAGE));
        try (Stream<Path> jars = Files.list(root.resolve("app/components"))) {
            String camel = version("camel.version");
            String sdk = version("awssdk.version");
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "camel-aws2-s3-" + camel + ".jar",
                            "s3-" + sdk + ".jar",
                            "aws-xml-protocol-" + sdk + ".jar",
                            "crt-core-" + sdk + ".jar");
            assertThat(root.resolve("app/routes/dead-letter.camel.yaml"))
                    .hasSameTextualContentAs(Path.of("examples/dead-letter-to-s3.camel.yaml"));
        } finally {
            Podman.output("image", "unmount", IMAGE);
        }
    }

    // Not the start of a container that is then restarted for ever, but a sentence.
    @Test
    void itsCheckSaysThatTheBucketIsMissingAndPassesWithIt() {
        Podman.Result without = check(SETTINGS);
        // The property; LETTERS_BUCKET is the same.
        assertThat(without.output()).contains("letters.bucket");
        assertThat(without.code()).as(without.output()).isNotZero();

        Map<String, String> settings = new TreeMap<>(SETTINGS);
        settings.put("LETTERS_BUCKET", "letters");
        Podman.Result with = check(settings);
        assertThat(with.code()).as(with.output()).isZero();
        assertThat(with.output()).containsPattern("(?m)^ok +routes");
    }

    private static Podman.Result check(Map<String, String> settings) {
        List<String> environment = new ArrayList<>();
        settings.forEach((name, value) -> environment.add("--env=" + name + "=" + value));
        return Container.runOf(IMAGE, environment, "check", "--offline");
    }

    private static String version(String property) throws Exception {
        Matcher version = Pattern.compile("<" + Pattern.quote(property) + ">(.*)</")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }
}
