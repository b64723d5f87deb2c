package io.github.kinesisiot.check;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** One document at the end. Its shape is documented; fields may be added, none changes its meaning while {@code version} is 1. */
final class JsonReport implements Report {

    private static final int VERSION = 1;

    private final PrintStream out;

    JsonReport(PrintStream out) {
        this.out = out;
    }

    @Override
    public void ended(Result result) {
        // Nothing is said before all is known: there is one document on the stream.
    }

    @Override
    public void complete(List<Result> results, int exitCode, long millis) {
        out.println(Json.pretty(json -> {
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeNumberField("exitCode", exitCode);
            json.writeNumberField("millis", millis);
            json.writeArrayFieldStart("steps");
            for (Result result : results) {
                step(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }

    private static void step(JsonGenerator json, Result result) throws IOException {
        json.writeStartObject();
        json.writeStringField("step", result.step().label);
        json.writeStringField("state", result.state().label);
        json.writeNumberField("millis", result.millis());
        json.writeFieldName("found");
        Json.strings(json, result.found());
        json.writeFieldName("warnings");
        Json.strings(json, result.warnings());
        text(json, "waitedFor", result.waitedFor().map(step -> step.label));
        text(json, "code", result.fault().map(Fault::code));
        text(json, "cause", result.fault().map(Fault::cause));
        account(json, result.fault().map(Fault::account));
        json.writeArrayFieldStart("fix");
        for (Fix fix : result.fault().map(Fault::fixes).orElse(List.of())) {
            json.writeStartObject();
            account(json, Optional.of(fix.account()));
            json.writeStringField("change", fix.change());
            json.writeArrayFieldStart("statements");
            for (Statement statement : fix.statements()) {
                Json.statement(json, statement);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void account(JsonGenerator json, Optional<Account> account) throws IOException {
        json.writeFieldName("account");
        if (account.isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("side", account.get().side().label);
        text(json, "id", account.get().id());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, Optional<String> value) throws IOException {
        json.writeFieldName(name);
        if (value.isPresent()) {
            json.writeString(value.get());
        } else {
            json.writeNull();
        }
    }
}
