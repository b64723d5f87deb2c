package io.github.kinesisiot.cloud;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The topic aliases of one connection. */
final class GateAliases {
    private final Map<Integer, String> topics = new HashMap<>();
    /** What the broker behind has been told as well; a publish that was refused here has not reached it. */
    private final Set<Integer> passedOn = new HashSet<>();

    /** The topic of a publish; empty where its alias is none, or stands for nothing yet. */
    Optional<String> topic(PublishHead publish) {
        if (!publish.hasAlias()) {
            return Optional.of(publish.topic());
        }
        if (publish.alias() < 1 || publish.alias() > Connack.TOPIC_ALIASES) {
            return Optional.empty();
        }
        if (publish.topic().isEmpty()) {
            return Optional.ofNullable(topics.get(publish.alias()));
        }
        topics.put(publish.alias(), publish.topic());
        passedOn.remove(publish.alias());
        return Optional.of(publish.topic());
    }

    /** What to tell the broker. */
    Packet forBroker(PublishHead publish, String topic) {
        if (!publish.hasAlias()) {
            return publish.packet();
        }
        boolean known = !passedOn.add(publish.alias());
        return known || !publish.topic().isEmpty() ? publish.packet() : publish.spelledOut(topic);
    }
}
