package io.github.kinesisiot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.github.kinesisiot.iot.IotMqttHeaders;
import io.github.kinesisiot.iot.PublishFailedException;
import io.github.kinesisiot.iot.PublishRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples that take the place of the main route, each with what it promises in its first lines. */
class ExamplesTest {

    @TempDir
    Path home;

    private ExampleBridge bridge;

    @AfterEach
    void end() {
        if (bridge != null) {
            bridge.close();
        }
    }

    // JSON put together as text breaks with the first quotation mark, for one device in a thousand.
    @Test
    void mapReshapesTheRecordWhateverIsInItsFields() throws Exception {
        start("map-json");
        assertThat(settled("a \"quoted\" key", "{\"temperature\": 21.37, \"secret\": \"x\", \"time\": \"10:00\"}"))
                .isTrue();
        assertThat(json(broker().getExchanges().get(0)))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"device\": \"a \\\"quoted\\\" key\", \"celsius\": 21.37,"
                                + " \"fahrenheit\": 70.5, \"alarm\": false, \"at\": \"10:00\"}"));
        assertThat(settled("a", "{\"temperature\": \"warm\"}")).isTrue();
        assertThat(settled("a", "not JSON")).isTrue();
        assertThat(reasons()).containsExactly("ROUTE_STEP_FAILED", "ROUTE_STEP_FAILED");
        assertThat(broker().getExchanges()).hasSize(1);
    }

    // A device that chooses its own topic publishes as another one, or where nobody is allowed to.
    @Test
    void aTopicIsMadeOnlyOfTypesThatArePlainWords() throws Exception {
        start("topic-per-device-type");
        for (String type :
                List.of("\"door\"", "\"a/b\"", "\"#\"", "\"$aws\"", "7", "null", "{}", "\"\"", "\"do\\nor\"")) {
            assertThat(settled("d1", "{\"type\": " + type + "}")).as(type).isTrue();
        }
        assertThat(settled("d1", "{}")).isTrue();
        List<String> topics = topics();
        assertThat(topics.get(0)).isEqualTo("devices/door/d1");
        assertThat(topics.subList(1, topics.size())).hasSize(9).containsOnly("devices/unknown/d1");
    }

    // Camel takes ${…} for its own: a topic that loses its $aws is published to everybody and billed.
    @Test
    void basicIngestNamesTheRuleInTheTopic() throws Exception {
        start("basic-ingest", Map.of("ingest.rule", "store_readings"));
        assertThat(settled("d1", "{}")).isTrue();
        assertThat(topics()).containsExactly("$aws/rules/store_readings/kinesis/d1");
    }

    // A registry that is down must neither drain the stream into the dead letter nor let readings through without their
    // site.
    @Test
    void enrichmentTellsTheRegistrysFaultsFromTheRecords() throws Exception {
        Map<String, Integer> status = new ConcurrentHashMap<>();
        List<String> asked = new ArrayList<>();
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getRawPath();
            asked.add(exchange.getRequestMethod() + " " + path);
            byte[] answer = "{\"site\": \"north\", \"model\": \"T1\"}".getBytes(StandardCharsets.UTF_8);
            int code = status.getOrDefault(path, 200);
            exchange.sendResponseHeaders(code, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        try {
            status.put("/devices/new-one", 404);
            status.put("/devices/unlucky", 503);
            start(
                    "enrich-over-http",
                    Map.of(
                            "registry.url",
                            "http://127.0.0.1:" + registry.getAddress().getPort()));
            assertThat(settled("d1", "{\"celsius\": 20, \"model\": \"T2\"}")).isTrue();
            assertThat(settled("new-one", "{\"celsius\": 20}")).isTrue();
            assertThat(settled("../admin", "{\"celsius\": 21}")).isTrue();
            Exchange unlucky = bridge.attempt("unlucky", "1", "{}");
            assertThat(unlucky.getException()).isInstanceOf(IOException.class).hasMessage("the registry answered 503");
            assertThat(settled("d1", "no JSON")).isTrue();
        } finally {
            registry.stop(0);
        }
        assertThat(bridge.attempt("d1", "1", "{}").getException())
                .as("a registry that is away")
                .isInstanceOf(IOException.class);
        assertThat(asked).startsWith("GET /devices/d1", "GET /devices/new-one", "GET /devices/unlucky");
        List<Exchange> published = broker().getExchanges();
        assertThat(published).hasSize(3);
        assertThat(json(published.get(0)).toString()).isEqualTo("{\"site\":\"north\",\"model\":\"T2\",\"celsius\":20}");
        assertThat(published.get(0).getMessage().getHeader(registryProperty())).isNull();
        assertThat(json(published.get(1)).toString()).isEqualTo("{\"celsius\":20}");
        assertThat(published.get(1).getMessage().getHeader(registryProperty())).isEqualTo("unknown");
        assertThat(json(published.get(2)).toString()).isEqualTo("{\"celsius\":21}");
        assertThat(reasons()).containsExactly("ROUTE_STEP_FAILED");
        assertThat(bridge.deadLetters().get(0).get("payload").binaryValue())
                .isEqualTo("no JSON".getBytes(StandardCharsets.UTF_8));
    }

    // A record that counts as settled with its first part loses the others; one that begins anew with each try doubles
    // them.
    @Test
    void anArrayIsSettledWithItsLastPartAndARetryGoesOnWhereItFailed() throws Exception {
        start("split-array");
        boolean[] away = {true};
        List<String> delivered = new ArrayList<>();
        broker().whenAnyExchangeReceived(exchange -> {
            String body = exchange.getMessage().getBody(String.class);
            if (away[0] && body.contains("3")) {
                throw new PublishFailedException("CONNECTION_LOST", "gone", null);
            }
            delivered.add(exchange.getMessage().getHeader(IotMqttHeaders.USER_PROPERTY + "part") + body);
        });
        String array = "[{\"n\":1},{\"n\":\"two\"},{\"n\":3},{\"n\":4}]";
        assertThat(bridge.attempt("d1", "77", array).getException()).isInstanceOf(PublishFailedException.class);
        assertThat(delivered).containsExactly("0{\"n\":1}", "1{\"n\":\"two\"}");
        away[0] = false;
        assertThat(bridge.attempt("d1", "77", array).getException()).isNull();
        assertThat(delivered).containsExactly("0{\"n\":1}", "1{\"n\":\"two\"}", "2{\"n\":3}", "3{\"n\":4}");
        assertThat(bridge.attempt("d1", "78", array).getException()).isNull();
        assertThat(delivered).as("another record with the same data").hasSize(8);
        assertThat(bridge.deadLetters()).isEmpty();
    }

    // A letter of one part only would be replayed as a record that never was; two letters of one record count as one in
    // a replay.
    @Test
    void aPartThatCanNeverBePublishedMakesOneDeadLetterOfTheWholeRecord() throws Exception {
        start("split-array");
        broker().whenAnyExchangeReceived(exchange -> {
            if (exchange.getMessage().getBody(String.class).contains("2")) {
                throw new PublishRefusedException("PAYLOAD_TOO_LARGE", "too large");
            }
        });
        assertThat(settled("d1", "[1,2,3]")).isTrue();
        assertThat(bridge.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.get("reason").asText()).isEqualTo("PAYLOAD_TOO_LARGE");
            assertThat(letter.get("payload").binaryValue()).isEqualTo("[1,2,3]".getBytes(StandardCharsets.UTF_8));
            assertThat(letter.get("routeId").asText()).isEqualTo("kinesis-to-iot");
        });
        assertThat(broker().getExchanges()).hasSize(2);
    }

    // The values of an object are no parts; nothing to publish is no failure.
    @Test
    void whatIsNoArrayIsADeadLetterAndAnEmptyOneIsSettled() throws Exception {
        start("split-array");
        assertThat(settled("d1", "[]")).isTrue();
        assertThat(bridge.deadLetters()).isEmpty();
        assertThat(settled("d1", "{\"a\": 1}")).isTrue();
        assertThat(settled("d1", "[1")).isTrue();
        assertThat(reasons()).containsExactly("ROUTE_STEP_FAILED", "ROUTE_STEP_FAILED");
        assertThat(broker().getExchanges()).isEmpty();
    }

    // Without a memory of what is done, an outage of one account is a flood of duplicates in the other.
    @Test
    void theSecondAccountsOutageRepeatsNothingInTheFirst() throws Exception {
        start("two-targets", second());
        boolean[] away = {true};
        bridge.broker("second").whenAnyExchangeReceived(exchange -> {
            if (away[0]) {
                throw new PublishFailedException("NOT_CONNECTED", "away", null);
            }
        });
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(bridge.attempt("d1", "1", "x").getException()).isInstanceOf(PublishFailedException.class);
        }
        away[0] = false;
        assertThat(bridge.attempt("d1", "1", "x").getException()).isNull();
        assertThat(bridge.broker("first").getExchanges()).hasSize(1);
        assertThat(bridge.broker("second").getExchanges()).hasSize(4);
    }

    // Settled when only one of two has it: that is how records are lost in the other.
    @Test
    void aRecordIsSettledOnlyWhenBothAccountsHaveIt() throws Exception {
        start("two-targets", second());
        boolean[] away = {true};
        bridge.broker("first").whenAnyExchangeReceived(exchange -> {
            if (away[0]) {
                throw new PublishFailedException("NOT_CONNECTED", "away", null);
            }
        });
        assertThat(bridge.attempt("d1", "1", "x").getException()).isInstanceOf(PublishFailedException.class);
        assertThat(bridge.broker("second").getExchanges()).isEmpty();
        away[0] = false;
        assertThat(bridge.attempt("d1", "1", "x").getException()).isNull();
        assertThat(bridge.broker("second").getExchanges()).hasSize(1);
    }

    private static Map<String, String> second() {
        return Map.of(
                "second.role.arn", "arn:aws:iam::333333333333:role/bridge",
                "second.iot.endpoint", "localhost:8444",
                "second.iot.region", "eu-west-1");
    }

    private void start(String example) throws Exception {
        start(example, Map.of());
    }

    private void start(String example, Map<String, String> places) throws Exception {
        bridge = ExampleBridge.start(home, example, places);
    }

    private MockEndpoint broker() {
        return bridge.broker("kinesis");
    }

    private boolean settled(String key, String data) throws Exception {
        Throwable failure = bridge.attempt(key, "1", data).getException();
        assertThat(failure).isNull();
        return true;
    }

    private List<String> topics() {
        return broker().getExchanges().stream()
                .map(exchange ->
                        exchange.getMessage().getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, String.class))
                .toList();
    }

    private List<String> reasons() {
        return bridge.deadLetters().stream()
                .map(letter -> letter.get("reason").asText())
                .toList();
    }

    private static String registryProperty() {
        return IotMqttHeaders.USER_PROPERTY + "registry";
    }

    private static JsonNode json(Exchange published) throws IOException {
        return new ObjectMapper().readTree(published.getMessage().getBody(byte[].class));
    }
}
