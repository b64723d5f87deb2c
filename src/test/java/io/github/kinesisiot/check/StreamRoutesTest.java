package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which error handling of a route that reads the stream is let pass, and which would block a shard or lose a record. */
class StreamRoutesTest {

    private static final String STORE = "to: {uri: 'direct:dead-letter'}";
    private static final String REFUSED = "io.github.kinesisiot.iot.PublishRefusedException";
    private static final String PASSING = "io.github.kinesisiot.iot.PublishFailedException";

    // A rule that refuses what is shipped or what works keeps a bridge from starting.
    @Test
    void whatIsShippedPasses() throws Exception {
        String configuration = Files.readString(Path.of("routes/error-handling.camel.yaml"));
        assertThat(problems(configuration + route("routeConfigurationId: bridge-errors", "")))
                .isEmpty();
        assertThat(problems(configuration.replace("    id: bridge-errors\n", "") + route("", "")))
                .isEmpty();
        // Some exceptions by a configuration of one's own, the rest by the shipped one.
        String own = """
                - routeConfiguration:
                    id: own
                    onException:
                      - onException: {exception: [java.io.IOException], handled: {constant: "false"}}
                """;
        assertThat(problems(configuration + own + route("routeConfigurationId: 'bridge-errors,own'", "")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                STORE,
                "process: {ref: store}",
                "bean: {ref: store}",
                "toD: {uri: 'direct:${header.x}'}",
                "throwException: {message: no, exceptionType: java.io.IOException}"
            })
    void handlingThatKeepsTheRecordPasses(String step) throws Exception {
        String all = clause("java.lang.Exception", "true", step);
        assertThat(problems(route("", all))).isEmpty();
        assertThat(problems(route(
                        "",
                        clause(
                                "java.lang.Throwable",
                                "true",
                                "choice: {when: [{simple: '${body}', steps: [{" + step + "}]}]}"))))
                .isEmpty();
    }

    @Test
    void aDeadLetterChannelThatFailsWhenItsStoreDoesPasses() throws Exception {
        assertThat(problems(route(channel("direct:dead-letter", "deadLetterHandleNewException: false"), "")))
                .isEmpty();
    }

    // What the check cannot know must not keep a bridge from starting.
    @Test
    void whatOnlyShowsWithARecordPasses() throws Exception {
        String computed = clause("java.lang.Exception", "true", "log: {message: gone}")
                .replace("{constant: \"true\"}", "{simple: '${header.x}'}");
        assertThat(problems(route("", computed))).isEmpty();
        assertThat(problems(route("errorHandler: {refErrorHandler: {ref: own}}", "")))
                .isEmpty();
    }

    // The rule was "any onException at all": each of these passed, and blocked a shard or lost a record.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.io.IOException                | has no onException that takes a " + REFUSED,
                REFUSED
                        + "                         | has no onException that takes a io.github.kinesisiot.RecordGivenUpException",
                "java.lang.RuntimeException | has no onException that takes a io.github.kinesisiot.RecordGivenUpException",
                REFUSED
                        + ", io.github.kinesisiot.RecordGivenUpException | has no onException that takes a java.lang.Exception"
            })
    void oneClauseForSomeExceptionsBlocks(String exception, String words) throws Exception {
        assertThat(problems(route("", clause(exception, "true", STORE))))
                .singleElement()
                .asString()
                .startsWith("route mine " + words)
                .contains("block its shard for ever");
    }

    @Test
    void aClauseThatHandlesNothingBlocks() throws Exception {
        blocks(route("", clause("java.lang.Exception", "false", STORE)), "does not handle it");
        blocks(
                route("", clause("java.lang.Exception", "true", STORE).replace("handled", "retryWhile")),
                "does not handle it");
        // The more exact one is taken.
        blocks(
                route("", clause("java.lang.Exception", "true", STORE) + clause(REFUSED, "false", STORE)),
                "does not handle it");
    }

    @Test
    void aClauseThatTriesForEverBlocks() throws Exception {
        String again =
                with("redeliveryPolicy: {maximumRedeliveries: -1}", clause("java.lang.Exception", "true", STORE));
        blocks(route("", again), "again without an end");
    }

    @Test
    void aClauseUnderAConditionIsNoCatchAll() throws Exception {
        String sometimes = with("onWhen: {simple: '${header.x}'}", clause("java.lang.Exception", "true", STORE));
        blocks(route("", sometimes), "has no onException that takes a " + REFUSED);
    }

    // Also beside the shipped configuration, whose clauses it turns off.
    @Test
    void noErrorHandlerBlocks() throws Exception {
        String configuration = Files.readString(Path.of("routes/error-handling.camel.yaml"));
        blocks(
                configuration
                        + route("routeConfigurationId: bridge-errors\n    errorHandler: {noErrorHandler: {}}", ""),
                "has a noErrorHandler");
        blocks(route("errorHandler: {defaultErrorHandler: {}}", ""), "without error handling");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log: {message: gone}",
                "to: {uri: 'log:gone'}",
                "to: {uri: 'seda:later'}",
                "wireTap: {uri: 'direct:dead-letter'}",
                "setBody: {constant: x}"
            })
    void aClauseThatSettlesAndKeepsNothingLoses(String step) throws Exception {
        loses(route("", clause("java.lang.Exception", "true", step)), "settles a " + REFUSED);
    }

    // A catch-all beside a clause for refused records: an outage would settle all that is read meanwhile.
    @Test
    void aClauseThatSettlesWhatPassesLoses() throws Exception {
        String rest = clause("java.lang.Exception", "true", STORE);
        String drops = clause(PASSING, "true", "log: {message: gone}");
        loses(route("", rest + drops), "settles a " + PASSING);
        loses(route("", rest + drops.replace("handled", "continued")), "settles a " + PASSING);
        loses(route("", rest + with("onWhen: {simple: '${header.x}'}", drops)), "settles a " + PASSING);
    }

    // Camel's default settles a record whose dead letter could not be stored.
    @Test
    void aDeadLetterChannelThatForgetsLoses() throws Exception {
        assertThat(problems(route(channel("direct:dead-letter", "deadLetterHandleNewException: true"), "")))
                .singleElement()
                .asString()
                .contains("although it could not be stored", "deadLetterHandleNewException: false");
        assertThat(problems(route("errorHandler: {deadLetterChannel: {deadLetterUri: 'direct:dead-letter'}}", "")))
                .singleElement()
                .asString()
                .contains("although it could not be stored");
        loses(route(channel("log:dead", "deadLetterHandleNewException: false"), ""), "has a deadLetterChannel");
    }

    private static void blocks(String yaml, String words) throws Exception {
        assertThat(problems(yaml)).singleElement().asString().contains(words, "block its shard for ever");
    }

    private static void loses(String yaml, String words) throws Exception {
        assertThat(problems(yaml)).singleElement().asString().contains(words, "keeps the record nowhere");
    }

    private static String channel(String uri, String option) {
        return "errorHandler: {deadLetterChannel: {deadLetterUri: '" + uri + "', " + option + "}}";
    }

    private static String clause(String exception, String handled, String step) {
        return """
                - onException:
                    exception: [%s]
                    handled: {constant: "%s"}
                """.formatted(exception.strip(), handled) + (step.isEmpty() ? "" : "    steps: [{" + step + "}]\n");
    }

    private static String with(String option, String clause) {
        return clause.replace("    handled:", "    " + option + "\n    handled:");
    }

    private static String route(String option, String clauses) {
        return clauses + """
                - route:
                    id: mine
                %s    from:
                      uri: aws2-kinesis:readings
                      steps: [{to: {uri: 'direct:publish'}}]
                """.formatted(option.isEmpty() ? "" : "    " + option + "\n");
    }

    private static List<String> problems(String yaml) throws Exception {
        try (var camel = new DefaultCamelContext()) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("own.camel.yaml", yaml));
            return StreamRoutes.problems(camel);
        }
    }
}
