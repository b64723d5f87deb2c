package io.github.kinesisiot.replay;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.deadletter.DeadLetter;
import java.util.Optional;

/**
 * The bridge whose settings are in force. The route of a letter has the same id in every installation, so without looking at this the records of one
 * account would be published in another.
 *
 * @param stream empty if it is not known: then it makes no letter foreign, and so it is with the application
 */
record Home(Optional<String> stream, Optional<String> application) {

    static Home of(Settings settings) {
        return new Home(settings.get(Key.KINESIS_STREAM), settings.get(Key.KINESIS_APPLICATION));
    }

    /** Letters of earlier versions may not say where they are from. */
    boolean isForeign(DeadLetter letter) {
        return differ(
                        stream.map(Home::name),
                        Optional.ofNullable(letter.stream()).map(Home::name))
                || bothArns(letter) && differ(stream, Optional.of(letter.stream()))
                || differ(application, Optional.ofNullable(letter.bridge()));
    }

    @Override
    public String toString() {
        return "stream " + stream.orElse("?") + ", application " + application.orElse("?");
    }

    private boolean bothArns(DeadLetter letter) {
        return isArn(letter.stream()) && isArn(stream.orElse(null));
    }

    private static boolean differ(Optional<String> here, Optional<String> there) {
        return here.isPresent() && there.isPresent() && !here.equals(there);
    }

    private static boolean isArn(String stream) {
        return stream != null && stream.startsWith("arn:");
    }

    /** A stream can be set by its name and by its ARN. */
    private static String name(String stream) {
        return isArn(stream) ? stream.substring(stream.lastIndexOf('/') + 1) : stream;
    }
}
