package io.github.kinesisiot.page;

import io.github.kinesisiot.credentials.SessionHistory;
import io.github.kinesisiot.deadletter.RecentLetters;
import io.github.kinesisiot.iot.SinkDetail;
import io.github.kinesisiot.iot.SinkStatus;
import io.github.kinesisiot.kinesis.SourceDetail;
import io.github.kinesisiot.kinesis.SourceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A snapshot of a healthy bridge, of which a test changes what it is about. */
final class Snapshots {

    static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");

    final List<Snapshot.Check> checks = new ArrayList<>(List.of(check("stream", true), check("session", true)));
    SourceStatus source = new SourceStatus(true, 2, List.of(), Optional.empty());
    SourceDetail.ShardDetail shard = new SourceDetail.ShardDetail(
            "shardId-0",
            Optional.of(1500L),
            false,
            3,
            1,
            100,
            97,
            NOW.minusMillis(250),
            Optional.of(NOW.minusSeconds(2)),
            Optional.of("4951"),
            NOW.minusSeconds(4),
            Optional.empty());
    SinkStatus sink = new SinkStatus(2, 2, 0, true, Optional.empty());
    Optional<SessionHistory.Begun> current =
            Optional.of(new SessionHistory.Begun(3, NOW.minusSeconds(60), NOW.plusSeconds(3540)));
    Optional<String> sessionProblem = Optional.empty();
    Optional<String> hold = Optional.empty();
    List<RecentLetters.OfReason> letters = List.of();

    static Snapshot.Check check(String id, boolean up) {
        return new Snapshot.Check(id, up, up ? Optional.empty() : Optional.of("why " + id));
    }

    void letter(String reason, Instant at) {
        letters = List.of(
                new RecentLetters.OfReason(reason, 7, List.of(new RecentLetters.Place(at, "shardId-0", "17", 2))));
    }

    Snapshot take() {
        var held = new SourceDetail.Held(3, 2000, 300, 1_000_000, 1, 1000, 2, 100, 97, 5);
        var up = new SinkDetail.ConnectionDetail(
                0, Optional.of("me-0"), SinkDetail.State.UP, 12.34567, 3, 97, 1, Optional.empty());
        var down = new SinkDetail.ConnectionDetail(
                1, Optional.empty(), SinkDetail.State.DOWN, 0, 0, 0, 0, Optional.of("nothing answers"));
        return new Snapshot(
                NOW,
                new Snapshot.Bridge(
                        "1.0",
                        "app",
                        "readings",
                        "eu-west-1",
                        "localhost:8883",
                        "kinesis/x",
                        "me",
                        NOW.minusSeconds(3600)),
                checks,
                new Snapshot.Source(source, List.of(new SourceDetail("readings", "app", held, List.of(shard)))),
                new Snapshot.Sink(sink, new SinkDetail(97, 1, 2, 1, 4, List.of(up, down))),
                new Snapshot.Session(
                        "arn:aws:iam::222222222222:role/bridge",
                        current,
                        Optional.of(NOW.plusSeconds(2940)),
                        sessionProblem,
                        current.stream().toList(),
                        List.of(new SessionHistory.Failures(
                                "UNREACHABLE", NOW.minusSeconds(90), NOW.minusSeconds(70), 3))),
                hold,
                letters);
    }
}
