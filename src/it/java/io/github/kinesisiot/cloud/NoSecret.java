package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** That a bridge has told nobody what lets others in. For the end of any test with a bridge and a local cloud. */
public final class NoSecret {
    /** Enough of a secret to be found where a line was cut short, and no chance hit. */
    private static final int BEGINNING = 20;

    private NoSecret() {}

    /** Of a running bridge: its log so far, its meters, its page and its health. */
    public static void isTold(LocalCloud cloud, BridgeProcess bridge) {
        for (String path : List.of("/observe/metrics", "/observe/status", "/observe/page", "/observe/health")) {
            var answer = bridge.answer(path)
                    .orElseThrow(() -> new AssertionError("no answer to " + path + "; " + bridge.lastWords()));
            assertThat(answer.body()).as(path).isNotEmpty();
            isIn(cloud, path, answer.body());
        }
        isLogged(cloud, bridge);
    }

    /** Of a bridge that has ended, too. */
    public static void isLogged(LocalCloud cloud, BridgeProcess bridge) {
        isIn(cloud, "the log", bridge.log());
    }

    static void isIn(LocalCloud cloud, String where, String text) {
        List<String> found = new ArrayList<>();
        for (String secret : cloud.secrets()) {
            String beginning = secret.substring(0, Math.min(BEGINNING, secret.length()));
            String inUrls = URLEncoder.encode(beginning, StandardCharsets.UTF_8);
            if (text.contains(beginning) || text.contains(inUrls)) {
                // Not the secret itself: what fails is printed.
                found.add(beginning.substring(0, 4) + "…");
            }
        }
        assertThat(found).as("secrets in %s", where).isEmpty();
        assertThat(text.contains("X-Amz-"))
                .as("parts of a signed URL in %s", where)
                .isFalse();
    }
}
