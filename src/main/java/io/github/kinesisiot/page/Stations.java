package io.github.kinesisiot.page;

import io.github.kinesisiot.deadletter.RecentLetters;
import io.github.kinesisiot.iot.SinkStatus;
import io.github.kinesisiot.kinesis.SourceDetail;
import io.github.kinesisiot.kinesis.SourceStatus;
import io.github.kinesisiot.page.Station.Place;
import io.github.kinesisiot.page.Station.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The path of the records, station by station. What the health checks say goes first: where one is down, one of its stations is failing; a
 * check that belongs to no station is the route's.
 */
final class Stations {

    private static final Map<String, List<Place>> OF_CHECK = Map.of(
            "stream", List.of(Place.STREAM, Place.WINDOW),
            "hold", List.of(Place.ROUTE),
            "connections", List.of(Place.CONNECTIONS),
            "session", List.of(Place.SESSION));

    /** A dead letter is news for so long. */
    private static final Duration RECENT = Duration.ofMinutes(10);

    private final Snapshot snapshot;
    private final Map<Place, Station> stations = new EnumMap<>(Place.class);

    private Stations(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** In the order of the path. */
    static List<Station> of(Snapshot snapshot) {
        var path = new Stations(snapshot);
        path.stream();
        path.window();
        path.route();
        path.connections();
        path.topic();
        path.deadLetters();
        path.session();
        path.agreeWithChecks();
        return List.copyOf(path.stations.values());
    }

    private void stream() {
        SourceStatus status = snapshot.source().status();
        if (!status.reading()) {
            put(Place.STREAM, State.FAILING, status.lastProblem().orElse("The stream is not being read yet"));
        } else if (status.lastProblem().isPresent()) {
            put(Place.STREAM, State.WARNING, status.lastProblem().get());
        } else if (status.leasesHeld() == 0) {
            put(Place.STREAM, State.OK, "No shard is read here: others hold them all");
        } else {
            put(Place.STREAM, State.OK, counted(status.leasesHeld(), "shard", "read here"));
        }
    }

    private void window() {
        List<SourceStatus.BlockedShard> blocked = snapshot.source().status().blocked();
        List<SourceDetail> consumers = snapshot.source().consumers();
        long waiting = consumers.stream()
                .flatMap(consumer -> consumer.shards().stream())
                .filter(SourceDetail.ShardDetail::waits)
                .count();
        int keys = consumers.stream()
                .mapToInt(consumer -> consumer.window().keys())
                .sum();
        if (!blocked.isEmpty()) {
            SourceStatus.BlockedShard first = blocked.get(0);
            put(
                    Place.WINDOW,
                    State.FAILING,
                    "Shard " + first.shardId() + " waits for record " + first.sequenceNumber() + ", which fails: "
                            + first.reason() + ", " + counted(first.attempts(), "try", "so far")
                            + (blocked.size() > 1 ? "; so do " + (blocked.size() - 1) + " more" : ""));
        } else if (waiting > 0) {
            put(
                    Place.WINDOW,
                    State.WARNING,
                    "Full: " + counted(waiting, "shard", "waits in Kinesis until records are settled"));
        } else {
            put(Place.WINDOW, State.OK, keys == 0 ? "Nothing waits" : counted(keys, "partition key", "on the way"));
        }
    }

    private void route() {
        if (snapshot.hold().isPresent()) {
            put(Place.ROUTE, State.FAILING, snapshot.hold().get());
        } else {
            put(Place.ROUTE, State.OK, "Records pass");
        }
    }

    private void connections() {
        SinkStatus status = snapshot.sink().status();
        String drains = status.draining() > 0 ? ", " + status.draining() + " old end" : "";
        if (status.up() == 0) {
            put(
                    Place.CONNECTIONS,
                    State.FAILING,
                    status.lastProblem()
                            .orElse(status.wanted() == 0 ? "No route publishes" : "No connection is up yet"));
        } else if (status.up() < status.wanted()) {
            put(
                    Place.CONNECTIONS,
                    State.WARNING,
                    status.lastProblem().orElse((status.wanted() - status.up()) + " are being made"));
        } else {
            put(Place.CONNECTIONS, State.OK, "All are up" + drains);
        }
    }

    private void topic() {
        SinkStatus status = snapshot.sink().status();
        if (status.up() > 0 && !status.publishing()) {
            put(
                    Place.TOPIC,
                    State.WARNING,
                    status.lastProblem().orElse("The last publish that was answered was not accepted"));
        } else if (status.up() == 0) {
            put(Place.TOPIC, State.WARNING, "Nothing can be published");
        } else {
            put(Place.TOPIC, State.OK, "The broker acknowledges");
        }
    }

    private void deadLetters() {
        long count = snapshot.deadLetters();
        Instant last = snapshot.letters().stream()
                .flatMap(reason -> reason.last().stream())
                .map(RecentLetters.Place::storedAt)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        if (count == 0) {
            put(Place.DEAD_LETTERS, State.OK, "None since the start");
        } else if (last.plus(RECENT).isAfter(snapshot.at())) {
            put(
                    Place.DEAD_LETTERS,
                    State.WARNING,
                    "In the last ten minutes: "
                            + String.join(", ", reasonsSince(snapshot.at().minus(RECENT))));
        } else {
            put(Place.DEAD_LETTERS, State.OK, "None in the last ten minutes");
        }
    }

    private List<String> reasonsSince(Instant from) {
        return snapshot.letters().stream()
                .filter(reason -> reason.last().stream()
                        .anyMatch(place -> place.storedAt().isAfter(from)))
                .map(RecentLetters.OfReason::reason)
                .toList();
    }

    private void session() {
        Snapshot.Session session = snapshot.session();
        if (session.current().isEmpty()) {
            put(Place.SESSION, State.FAILING, session.problem().orElse("The role has not been assumed yet"));
        } else if (session.problem().isPresent()) {
            put(
                    Place.SESSION,
                    State.WARNING,
                    "Renewal fails: " + session.problem().get());
        } else {
            put(Place.SESSION, State.OK, "Valid, renewed ahead of its end");
        }
    }

    private void agreeWithChecks() {
        for (Snapshot.Check check : snapshot.checks()) {
            List<Place> places = OF_CHECK.getOrDefault(check.id(), List.of(Place.ROUTE));
            boolean told = places.stream().anyMatch(place -> stations.get(place).state() == State.FAILING);
            if (!check.up() && !told) {
                put(
                        places.get(0),
                        State.FAILING,
                        "Check " + check.id()
                                + check.message().map(m -> ": " + m).orElse(" is down"));
            }
        }
    }

    private void put(Place place, State state, String says) {
        stations.put(place, new Station(place, state, says));
    }

    private static String counted(long count, String thing, String rest) {
        String plural = thing.endsWith("y") && !thing.endsWith("ey")
                ? thing.substring(0, thing.length() - 1) + "ies"
                : thing + "s";
        return count + " " + (count == 1 ? thing : plural) + " " + rest;
    }
}
