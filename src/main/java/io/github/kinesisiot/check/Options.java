package io.github.kinesisiot.check;

import io.github.kinesisiot.iot.EndpointProbe;
import io.github.kinesisiot.iot.PublishRefusedException;
import java.util.List;
import java.util.Optional;

/**
 * The command line of the check.
 *
 * @param publish the topic to try a message on
 */
record Options(boolean offline, boolean json, Optional<String> publish) {

    static final String USAGE = "usage: bridge check [--offline] [--json] [--publish TOPIC]";

    /** @throws IllegalArgumentException saying what is wrong */
    static Options parse(List<String> arguments) {
        boolean offline = false;
        boolean json = false;
        Optional<String> publish = Optional.empty();
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--offline" -> offline = true;
                case "--json" -> json = true;
                case "--publish" -> {
                    if (++i == arguments.size()) {
                        throw new IllegalArgumentException("--publish needs a topic. " + USAGE);
                    }
                    publish = Optional.of(topic(arguments.get(i)));
                }
                default -> throw new IllegalArgumentException("'" + arguments.get(i) + "' is no option. " + USAGE);
            }
        }
        if (offline && publish.isPresent()) {
            throw new IllegalArgumentException("--offline and --publish exclude each other. " + USAGE);
        }
        return new Options(offline, json, publish);
    }

    private static String topic(String topic) {
        try {
            EndpointProbe.checkTopic(topic);
            return topic;
        } catch (PublishRefusedException e) {
            throw new IllegalArgumentException("--publish: " + e.getMessage(), e);
        }
    }
}
