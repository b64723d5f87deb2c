package io.github.kinesisiot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.kinesisiot.config.Machine;
import io.github.kinesisiot.config.SettingsReader;
import io.github.kinesisiot.kinesis.RecordHeaders;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.aws2.kinesis.Kinesis2Constants;
import org.apache.camel.component.mock.InterceptSendToMockEndpointStrategy;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;

/**
 * The bridge as a user has it who has put an example in the place of a shipped route: everything as shipped, except that records come from
 * {@code direct:records} and brokers and AWS services are mocks.
 */
final class ExampleBridge implements AutoCloseable {

    private final Path home;
    private final Main main;

    private ExampleBridge(Path home, Main main) {
        this.home = home;
        this.main = main;
    }

    /**
     * The example in the place of the main route.
     *
     * @param places values for the placeholders that the example asks for
     */
    static ExampleBridge start(Path home, String example, Map<String, String> places) throws Exception {
        return start(home, "kinesis-to-iot", example, places, camel -> {});
    }

    /**
     * @param replaced the shipped route in whose place the example is
     * @param more what else the context needs
     */
    static ExampleBridge start(
            Path home, String replaced, String example, Map<String, String> places, Consumer<CamelContext> more)
            throws Exception {
        Path routes = Files.createDirectory(home.resolve("routes"));
        for (String shipped : List.of("assume-role", "error-handling", "dead-letter", "kinesis-to-iot")) {
            Path file = shipped.equals(replaced)
                    ? Path.of("examples", example + ".camel.yaml")
                    : Path.of("routes", shipped + ".camel.yaml");
            Files.copy(file, routes.resolve(shipped + ".camel.yaml"));
        }
        var environment = Map.of(
                "KINESIS_STREAM", "readings",
                "KINESIS_REGION", "eu-west-1",
                "EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/bridge",
                "IOT_ENDPOINT", "localhost:8443",
                "IOT_REGION", "eu-west-1",
                "DEAD_LETTER_DIRECTORY", home.resolve("dead-letter").toString());
        Main main = BridgeMain.of(
                home,
                SettingsReader.read(
                        Path.of("config/application.properties"), environment, new Properties(), Machine.real()));
        places.forEach(main::addOverrideProperty);
        main.addOverrideProperty("camel.management.enabled", "false");
        main.configure().addConfiguration(new OtherEnds(more));
        main.start();
        return new ExampleBridge(home, main);
    }

    /** The broker behind {@code paho-mqtt5:<name>}. */
    MockEndpoint broker(String name) {
        return mock("paho-mqtt5:" + name);
    }

    /** The mock in the place of the endpoint with that URI. */
    MockEndpoint mock(String uri) {
        return main.getCamelContext().getEndpoint("mock:" + uri, MockEndpoint.class);
    }

    MeterRegistry meters() {
        return main.getCamelContext().getRegistry().findSingleByType(MeterRegistry.class);
    }

    /** The ids of the routes that there are now. */
    List<String> routes() {
        return main.getCamelContext().getRoutes().stream().map(Route::getId).toList();
    }

    /** The source's attempt at a record: settled when there is no exception in what comes back. */
    Exchange attempt(String key, String sequenceNumber, String data) throws Exception {
        return main.getCamelTemplate().request("direct:records", exchange -> {
            exchange.getMessage().setBody(data.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage()
                    .setHeaders(new HashMap<>(Map.of(
                            Kinesis2Constants.PARTITION_KEY,
                            key,
                            Kinesis2Constants.SEQUENCE_NUMBER,
                            sequenceNumber,
                            Kinesis2Constants.SHARD_ID,
                            "shardId-000000000000",
                            RecordHeaders.SUB_SEQUENCE_NUMBER,
                            0L,
                            RecordHeaders.ATTEMPT,
                            1)));
        });
    }

    List<JsonNode> deadLetters() {
        List<JsonNode> letters = new ArrayList<>();
        Path directory = home.resolve("dead-letter");
        if (Files.notExists(directory)) {
            return letters;
        }
        try (var files = Files.newDirectoryStream(directory, "*.jsonl")) {
            for (Path file : files) {
                for (String line : Files.readAllLines(file)) {
                    letters.add(new ObjectMapper().readTree(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return letters;
    }

    @Override
    public void close() {
        main.stop();
    }

    private record OtherEnds(Consumer<CamelContext> more) implements CamelConfiguration {

        @Override
        public void configure(CamelContext camel) {
            more.accept(camel);
            camel.getCamelContextExtension()
                    .registerEndpointCallback(
                            new InterceptSendToMockEndpointStrategy("(paho-mqtt5|aws2-[a-z0-9]+):.*", true));
            camel.getCamelContextExtension()
                    .getContextPlugin(Model.class)
                    .addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
                        @Override
                        public void onAddRouteDefinition(RouteDefinition route) {
                            if (route.getInput().getEndpointUri().startsWith("aws2-kinesis:")) {
                                route.getInput().setUri("direct:records");
                            }
                        }
                    });
        }
    }
}
