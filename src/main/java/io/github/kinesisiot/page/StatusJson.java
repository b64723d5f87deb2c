package io.github.kinesisiot.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.kinesisiot.credentials.SessionHistory;
import io.github.kinesisiot.deadletter.RecentLetters;
import io.github.kinesisiot.iot.SinkDetail;
import io.github.kinesisiot.kinesis.SourceDetail;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * A snapshot as the JSON document of {@code /observe/status}, which docs/operations.md describes: every field in every document, null where
 * nothing is known. Fields may be added; none changes its meaning while {@code version} is 1.
 */
final class StatusJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final Snapshot snapshot;
    private final JsonGenerator json;

    private StatusJson(Snapshot snapshot, JsonGenerator json) {
        this.snapshot = snapshot;
        this.json = json;
    }

    static String of(Snapshot snapshot) {
        var text = new StringWriter(4096);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            new StatusJson(snapshot, json).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void write() throws IOException {
        json.writeStartObject();
        json.writeNumberField("version", 1);
        text("at", Optional.of(snapshot.at()));
        bridge(snapshot.bridge());
        json.writeBooleanField("ready", snapshot.ready());
        list("checks", snapshot.checks(), check -> {
            json.writeStringField("id", check.id());
            json.writeBooleanField("up", check.up());
            text("message", check.message());
        });
        list("path", Stations.of(snapshot), station -> {
            json.writeStringField("station", name(station.place()));
            json.writeStringField("state", name(station.state()));
            json.writeStringField("says", station.says());
        });
        window();
        json.writeArrayFieldStart("shards");
        for (SourceDetail consumer : snapshot.source().consumers()) {
            for (SourceDetail.ShardDetail shard : consumer.shards()) {
                shard(consumer.stream(), shard);
            }
        }
        json.writeEndArray();
        publishes(snapshot.sink().detail());
        session(snapshot.session());
        text("hold", snapshot.hold());
        deadLetters();
        json.writeEndObject();
    }

    private void bridge(Snapshot.Bridge bridge) throws IOException {
        json.writeObjectFieldStart("bridge");
        json.writeStringField("version", bridge.version());
        json.writeStringField("application", bridge.application());
        json.writeStringField("stream", bridge.stream());
        json.writeStringField("region", bridge.region());
        json.writeStringField("endpoint", bridge.endpoint());
        json.writeStringField("topic", bridge.topic());
        json.writeStringField("clientId", bridge.clientId());
        text("startedAt", Optional.of(bridge.startedAt()));
        json.writeEndObject();
    }

    private void window() throws IOException {
        json.writeObjectFieldStart("records");
        json.writeNumberField("read", sum(SourceDetail.Held::read));
        json.writeNumberField("settled", sum(SourceDetail.Held::settled));
        json.writeNumberField("retried", sum(SourceDetail.Held::retried));
        json.writeEndObject();
        json.writeObjectFieldStart("window");
        json.writeNumberField("records", sum(SourceDetail.Held::records));
        json.writeNumberField("mostRecords", sum(SourceDetail.Held::mostRecords));
        json.writeNumberField("bytes", sum(SourceDetail.Held::bytes));
        json.writeNumberField("mostBytes", sum(SourceDetail.Held::mostBytes));
        json.writeNumberField("inFlight", sum(SourceDetail.Held::inFlight));
        json.writeNumberField("mostInFlight", sum(SourceDetail.Held::mostInFlight));
        json.writeNumberField("keys", sum(SourceDetail.Held::keys));
        json.writeEndObject();
    }

    private long sum(ToLongFunction<SourceDetail.Held> figure) {
        return snapshot.source().consumers().stream()
                .map(SourceDetail::window)
                .mapToLong(figure)
                .sum();
    }

    private void shard(String stream, SourceDetail.ShardDetail shard) throws IOException {
        json.writeStartObject();
        json.writeStringField("stream", stream);
        json.writeStringField("id", shard.id());
        number("behindSeconds", shard.behindMillis().map(millis -> millis / 1000.0));
        json.writeBooleanField("waits", shard.waits());
        json.writeNumberField("held", shard.held());
        json.writeNumberField("inFlight", shard.inFlight());
        json.writeNumberField("read", shard.read());
        json.writeNumberField("settled", shard.settled());
        number("readSeconds", Optional.of(since(shard.readAt())));
        number("oldestSeconds", shard.oldestAcceptedAt().map(this::since));
        text("checkpoint", shard.checkpoint());
        number("checkpointSeconds", Optional.of(since(shard.checkpointedAt())));
        if (shard.failing().isEmpty()) {
            json.writeNullField("failing");
        } else {
            SourceDetail.Failing failing = shard.failing().get();
            json.writeObjectFieldStart("failing");
            json.writeStringField("sequenceNumber", failing.sequenceNumber());
            json.writeStringField("reason", failing.reason());
            json.writeNumberField("attempts", failing.attempts());
            number("seconds", Optional.of(since(failing.since())));
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void publishes(SinkDetail sink) throws IOException {
        json.writeObjectFieldStart("publishes");
        json.writeNumberField("acknowledged", sink.acknowledged());
        json.writeNumberField("refused", sink.refused());
        json.writeNumberField("failed", sink.failed());
        json.writeNumberField("inFlight", sink.inFlight());
        json.writeNumberField("queued", sink.queued());
        json.writeEndObject();
        list("connections", sink.connections(), connection -> {
            json.writeNumberField("slot", connection.slot());
            text("clientId", connection.clientId());
            json.writeStringField("state", name(connection.state()));
            number("seconds", Optional.of(connection.seconds()));
            json.writeNumberField("session", connection.session());
            json.writeNumberField("acknowledged", connection.acknowledged());
            json.writeNumberField("inFlight", connection.inFlight());
            text("problem", connection.problem());
        });
    }

    private void session(Snapshot.Session session) throws IOException {
        json.writeObjectFieldStart("session");
        json.writeStringField("role", session.role());
        json.writeNumberField(
                "number", session.current().map(SessionHistory.Begun::number).orElse(0L));
        text("expiresAt", session.current().map(SessionHistory.Begun::expiresAt));
        text("nextCallAt", session.nextCall());
        text("problem", session.problem());
        list("sessions", session.sessions(), begun -> {
            json.writeNumberField("number", begun.number());
            text("begunAt", Optional.of(begun.at()));
            text("expiresAt", Optional.of(begun.expiresAt()));
        });
        list("failures", session.failures(), failures -> {
            json.writeStringField("reason", failures.reason());
            text("firstAt", Optional.of(failures.first()));
            text("lastAt", Optional.of(failures.last()));
            json.writeNumberField("tries", failures.tries());
        });
        json.writeEndObject();
    }

    private void deadLetters() throws IOException {
        json.writeObjectFieldStart("deadLetters");
        json.writeNumberField("total", snapshot.deadLetters());
        list("reasons", snapshot.letters(), reason -> {
            json.writeStringField("reason", reason.reason());
            json.writeNumberField("count", reason.count());
            list("last", reason.last(), this::place);
        });
        json.writeEndObject();
    }

    private void place(RecentLetters.Place place) throws IOException {
        text("storedAt", Optional.of(place.storedAt()));
        text("shard", Optional.ofNullable(place.shardId()));
        text("sequenceNumber", Optional.ofNullable(place.sequenceNumber()));
        json.writeNumberField("attempts", place.attempts());
    }

    private interface Fields<T> {
        void write(T value) throws IOException;
    }

    private <T> void list(String field, List<T> values, Fields<T> fields) throws IOException {
        json.writeArrayFieldStart(field);
        for (T value : values) {
            json.writeStartObject();
            fields.write(value);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void text(String field, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(field, value.get().toString());
        } else {
            json.writeNullField(field);
        }
    }

    private void number(String field, Optional<Double> value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(field, Math.round(value.get() * 1000) / 1000.0);
        } else {
            json.writeNullField(field);
        }
    }

    private double since(Instant then) {
        return Math.max(0, Duration.between(then, snapshot.at()).toMillis() / 1000.0);
    }

    /** As the page and other readers spell it: DEAD_LETTERS is dead-letters. */
    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
