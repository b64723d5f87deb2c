package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

    private static final Result OK = Result.of(Step.STREAM, 12, Finding.ok("ACTIVE", "2 open shards"));
    private static final Result WARNED =
            Result.of(Step.SETTINGS, 3, Finding.ok(List.of(), List.of("IOT_TOPICS looks like a setting")));
    private static final Result FAILED = Result.of(
            Step.ROLE,
            345,
            Finding.failed(Fault.of(
                    "ACCESS_DENIED",
                    "STS refused the role. " + "Many words follow one another here. ".repeat(12),
                    Account.EITHER,
                    Fix.in(
                            Account.source(Optional.of("111111111111")),
                            "A policy needs this:",
                            Statement.allow(
                                    List.of("sts:AssumeRole"), "arn:aws:iam::222222222222:role/" + "long-".repeat(30))),
                    Fix.here("Set \"that\" \u00e9."))));
    private static final Result NOT_REACHED = Result.notReached(Step.CONNECT, Step.ROLE);

    // A report that a terminal breaks in the middle of words cannot be read, and one with a broken ARN cannot be
    // copied.
    @ParameterizedTest
    @ValueSource(ints = {80, 100, 120})
    void sentencesAreWrappedAndStatementsAreNot(int width) {
        String text = plain(width, OK, FAILED, NOT_REACHED);
        assertThat(text.lines().filter(line -> !line.contains("arn:")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
        assertThat(text)
                .contains("arn:aws:iam::222222222222:role/" + "long-".repeat(30) + "\"")
                .doesNotContain("\u001b");
    }

    // The first word of a line is what a person looks for, the last line what remains to be done.
    @Test
    void eachStepIsALineThatBeginsWithItsState() {
        String text = plain(100, WARNED, OK, FAILED, NOT_REACHED);
        assertThat(text)
                .containsPattern("(?m)^ok +settings +3 ms")
                .contains("warning: IOT_TOPICS looks like a setting")
                .containsPattern("(?m)^ok +stream +12 ms +ACTIVE, 2 open shards$")
                .containsPattern("(?m)^FAILED +assume-role +345 ms +ACCESS_DENIED$")
                .contains("-> In the source account 111111111111: A policy needs this:")
                .containsPattern("(?m)^not reached +iot-connect +waits for assume-role$")
                .contains("1 step failed, with 1 warning (400 ms, exit code 1).");
    }

    // What machines read stays as it is documented: every field is there in every step.
    @Test
    void theDocumentHasEveryFieldInEveryStep() throws Exception {
        JsonNode document = new ObjectMapper().readTree(json(OK, FAILED, NOT_REACHED));
        assertThat(document.fieldNames()).toIterable().containsExactly("version", "exitCode", "millis", "steps");
        assertThat(document.get("steps")).allSatisfy(step -> assertThat(step.fieldNames())
                .toIterable()
                .containsExactly(
                        "step",
                        "state",
                        "millis",
                        "found",
                        "warnings",
                        "waitedFor",
                        "code",
                        "cause",
                        "account",
                        "fix"));
        JsonNode failed = document.get("steps").get(1);
        assertThat(failed.get("account").get("side").asText()).isEqualTo("source or target");
        assertThat(failed.get("fix").get(0).get("account").get("id").asText()).isEqualTo("111111111111");
        assertThat(failed.get("fix")
                        .get(0)
                        .get("statements")
                        .get(0)
                        .get("Action")
                        .asText())
                .isEqualTo("sts:AssumeRole");
        assertThat(failed.get("fix").get(1).get("change").asText()).isEqualTo("Set \"that\" \u00e9.");
        assertThat(document.get("steps").get(2).get("state").asText()).isEqualTo("not-reached");
        assertThat(document.get("steps").get(2).get("waitedFor").asText()).isEqualTo("assume-role");
    }

    // A condition that is lost on the way into the report makes a trust for everybody.
    @Test
    void aStatementKeepsPrincipalAndCondition() throws Exception {
        String text = Json.pretty(json -> Json.statement(
                json,
                Statement.trust(
                        "sts:TagSession",
                        "arn:aws:iam::111111111111:role/b",
                        Map.of("ForAllValues:StringEquals", Map.of("aws:TagKeys", List.of("a", "b"))))));
        assertThat(new ObjectMapper().readTree(text)).isEqualTo(new ObjectMapper().readTree("""
                                {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:role/b"}, "Action": "sts:TagSession",
                                 "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}}
                                """));
    }

    private static String plain(int width, Result... results) {
        return written(out -> new PlainReport(out, width), results);
    }

    private static String json(Result... results) {
        return written(JsonReport::new, results);
    }

    private static String written(java.util.function.Function<PrintStream, Report> maker, Result... results) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            Report report = maker.apply(out);
            List.of(results).forEach(report::ended);
            report.complete(List.of(results), 1, 400);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
