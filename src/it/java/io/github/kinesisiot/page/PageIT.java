package io.github.kinesisiot.page;

import static io.github.kinesisiot.time.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.Browser;
import io.github.kinesisiot.cloud.Browser.Screen;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.GateFault;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.Tab;
import io.github.kinesisiot.cloud.demo.Feeder;
import io.github.kinesisiot.cloud.demo.Ledger;
import io.github.kinesisiot.cloud.demo.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import software.amazon.awssdk.core.SdkBytes;

/** The page in a real browser, before a bridge that carries readings. */
@Tag("long")
@TestInstance(Lifecycle.PER_CLASS)
class PageIT {

    private static final Screen DESK = new Screen(1240, 900, false);
    private static final Screen PHONE = new Screen(360, 740, false);

    private LocalCloud cloud;
    private Map<String, String> settings;
    private BridgeProcess bridge;
    private Browser browser;
    private Feeder feeder;
    private Tab tab;

    @BeforeAll
    void startAll() {
        // Sessions so short that one is renewed while somebody looks.
        cloud = LocalCloud.start(CloudOptions.defaults().sessionLifetime(Duration.ofSeconds(12)));
        settings = new HashMap<>(cloud.environment());
        settings.put("IOT_CONNECTIONS", "3");
        // What looks like markup is text.
        settings.put("IOT_TOPIC", "<b>/${header.CamelAwsKinesisPartitionKey}");
        bridge = BridgeProcess.start(settings, cloud.directory());
        browser = Browser.start(cloud.directory());
        feeder = new Feeder(cloud.kinesis(), cloud.stream(), Reading.all(), 60, new Ledger());
        feeder.start();
        await().until(() -> {
            bridge.check();
            return bridge.ready();
        });
    }

    @AfterAll
    void endAll() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {feeder, browser, bridge, cloud}) {
            if (part != null) {
                part.close();
            }
        }
    }

    @BeforeEach
    void openPage() {
        tab = browser.open(bridge.page().resolve("/"), DESK);
        awaitText("#ready", "Ready");
    }

    @AfterEach
    void closePage() {
        tab.close();
    }

    // What the page is for. A page that asks another host for anything is blank where there is no internet, and one
    // whose policy forbids its own script is blank everywhere.
    @Test
    void theWholePathMovesOnThePageAndNothingButTheManagementPortIsAsked() {
        await().until(() -> number("#rate-ack") > 0 && number("#rate-read") > 0);
        await().until(() -> tab.count("#chart-rate path.line.a") == 1);
        assertThat(tab.count("#path li")).isEqualTo(7);
        for (String station : new String[] {"stream", "window", "route", "connections", "session"}) {
            await().until(() -> "ok".equals(state(station)));
        }
        await().until(() -> tab.count("#path.flows") == 1);
        assertThat(tab.count("#shards tbody tr")).isEqualTo(2);
        await().until(() -> tab.count("#connections tbody td[data-state=up]") == 3);
        await().until(() -> tab.count("#timeline circle.renewed") >= 2);
        assertThat(tab.text("#session-says")).contains("Renewed", "next renewal in");
        assertThat(tab.text("#where")).contains("<b>/${header.");
        assertThat(tab.count("#where b")).as("foreign text is text").isZero();
        assertThat(tab.errors()).isEmpty();
        assertThat(bridge.status().orElseThrow())
                .contains("\"version\":1")
                .doesNotContain(settings.get("AWS_SECRET_ACCESS_KEY"), settings.get("AWS_ACCESS_KEY_ID"), "X-Amz");
        String origin = bridge.page().resolve("/").toString();
        assertThat(tab.requests()).hasSizeGreaterThan(3).allSatisfy(url -> assertThat(url)
                .matches(asked -> asked.startsWith(origin) || asked.startsWith("data:"), "at the management port"));
    }

    // A dead letter that only a file tells of is found too late; one whose key is shown tells users' data to whoever
    // passes by.
    @Test
    void aDeadLetterAppearsWithItsReasonAndItsPlaceAndNothingOfItsContent() {
        cloud.kinesis().putRecord(request -> request.streamName(cloud.stream())
                .partitionKey("customer-4711/a/b/c/d/e/f/g/h")
                .data(SdkBytes.fromUtf8String("nobody's business")));
        await().until(() -> tab.text("#letters tbody").contains("TOPIC_TOO_DEEP"));
        assertThat(tab.text("#letters tbody")).containsPattern("shardId-\\d+ +\\d{20,}");
        await().until(() -> "warning".equals(state("dead-letters")));
        assertThat(tab.evaluate("document.documentElement.outerHTML").asText())
                .doesNotContain("customer-4711")
                .doesNotContain("nobody's business");
        assertThat(tab.errors()).isEmpty();
    }

    // Green while nothing gets through is worse than no page.
    @Test
    void aStationTurnsToFailingWithTheReasonWhenTheTargetRefusesAndBackWhenItDoesNot() {
        cloud.iot().fault(GateFault.REFUSE);
        try {
            cloud.iot().cutAll();
            await().until(() -> "failing".equals(state("connections")));
            await().until(() -> tab.text("#reasons").contains("HTTP 403"));
            assertThat(tab.text("#ready")).contains("Not ready").contains("connections");
            assertThat(tab.evaluate("document.title").asText()).startsWith("(!)");
            assertThat(tab.count("#connections tbody td[data-state=up]")).isZero();
            assertThat(sideways()).isEmpty();
            tab.resize(PHONE);
            assertThat(sideways()).isEmpty();
            assertThat(tab.accessibilityProblems()).isEmpty();
        } finally {
            cloud.iot().fault(GateFault.NONE);
        }
        await().until(() -> "ok".equals(state("connections")));
        awaitText("#ready", "Ready");
    }

    // On call, at night, on a phone.
    @Test
    void onAPhoneNothingIsCutOffAndEverythingCanBeReadInTheDarkAndInTheLight() {
        await().until(() -> tab.count("#chart-rate path.line.a") == 1);
        for (Screen screen : new Screen[] {
            PHONE, new Screen(360, 740, true), DESK, new Screen(1240, 900, true), new Screen(768, 1024, false)
        }) {
            tab.resize(screen);
            await().until(() ->
                    tab.evaluate("document.documentElement.clientWidth").asInt() == screen.width());
            assertThat(sideways()).as(screen.toString()).isEmpty();
            assertThat(tab.accessibilityProblems()).as(screen.toString()).isEmpty();
        }
        String dark = "getComputedStyle(document.body).backgroundColor";
        tab.resize(new Screen(1240, 900, true));
        assertThat(tab.evaluate(dark).asText()).isEqualTo("rgb(14, 19, 24)");
    }

    // The last good figures of a dead bridge look like a healthy one.
    @Test
    void whenTheBridgeHasEndedThePageSaysSoAndSinceWhen() {
        Map<String, String> other = new HashMap<>(settings);
        other.put("IOT_CLIENT_ID", "another");
        other.put("KINESIS_APPLICATION", "another");
        try (BridgeProcess second = BridgeProcess.start(other, cloud.directory())) {
            await().until(second::ready);
            tab.close();
            tab = browser.open(second.page(), DESK);
            awaitText("#ready", "Ready");
            second.kill();
            await().until(() -> tab.text("#gone").matches("(?s)No answer from the bridge\\..* s ago\\."));
            assertThat(tab.text("#ready")).isEqualTo("No answer");
            assertThat(tab.accessibilityProblems()).isEmpty();
        }
    }

    private void awaitText(String selector, String text) {
        await().until(() -> tab.text(selector).equals(text));
    }

    private String state(String station) {
        return tab.evaluate("document.querySelector('[data-station=" + station + "]')?.dataset.state")
                .asText();
    }

    private double number(String selector) {
        String text = tab.text(selector).replace(",", "");
        return text.matches("[\\d.]+") ? Double.parseDouble(text) : 0;
    }

    /** What sticks out of the screen, or would make it scroll to the side. */
    private String sideways() {
        return tab.evaluate("(() => { const w = document.documentElement.clientWidth;"
                        + " const out = [...document.body.querySelectorAll('*')].filter(e => !e.closest('svg') && !e.closest('.unseen, thead')"
                        + " && e.getBoundingClientRect().right > w + 0.5).map(e => e.outerHTML.slice(0, 120));"
                        + " return document.documentElement.scrollWidth > w || out.length ? 'scrolls to '"
                        + " + document.documentElement.scrollWidth + ': ' + out.join(' | ') : ''; })()")
                .asText();
    }
}
