package io.github.kinesisiot.credentials;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.http.SdkHttpResponse;

/** What the date of an HTTP answer tells about the clock of this machine. */
final class ServerClock {

    private ServerClock() {}

    /** How far the server's clock is ahead of this one, to a second; empty when the answer has no date. */
    static Optional<Duration> ahead(SdkHttpResponse answer, Instant now) {
        return Optional.ofNullable(answer)
                .flatMap(given -> given.firstMatchingHeader("Date"))
                .flatMap(ServerClock::parse)
                .map(date -> Duration.between(now, date));
    }

    /** For a sentence: {@code The clock here is 400 s behind that of STS.} */
    static String sentence(Duration ahead) {
        return "The clock here is %d s %s that of STS."
                .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "ahead of" : "behind");
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
