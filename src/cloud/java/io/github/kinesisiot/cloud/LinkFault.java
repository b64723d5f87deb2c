package io.github.kinesisiot.cloud;

import java.util.Optional;

/**
 * When and for whom the IoT endpoint spoils things, and how. Immutable; {@link #of} and {@link #times} return a changed copy.
 *
 * @param topicFilter for {@link Moment#PUBLISH}
 * @param clientId of the connections it is about; empty for all
 * @param times how often it strikes; beyond that all is well
 */
public record LinkFault(Moment moment, Spoil spoil, String topicFilter, Optional<String> clientId, int times) {

    /** When it strikes. */
    public enum Moment {
        /** Right behind a CONNACK, in the same frame if there is something to say. */
        CONNACK,
        /** In answer to a publish. */
        PUBLISH
    }

    /** New connections, as soon as they have been let in. */
    public static LinkFault behindConnack(Spoil.Ending ending) {
        return new LinkFault(Moment.CONNACK, ending, "#", Optional.empty(), Integer.MAX_VALUE);
    }

    /** Publishes to a topic that matches the filter, on open connections and new ones. */
    public static LinkFault onPublish(String topicFilter, Spoil spoil) {
        return new LinkFault(Moment.PUBLISH, spoil, topicFilter, Optional.empty(), Integer.MAX_VALUE);
    }

    /** Only this client's. */
    public LinkFault of(String id) {
        return new LinkFault(moment, spoil, topicFilter, Optional.of(id), times);
    }

    public LinkFault times(int most) {
        return new LinkFault(moment, spoil, topicFilter, clientId, most);
    }

    boolean concerns(Moment when, String client, String topic) {
        return moment == when
                && clientId.map(client::equals).orElse(true)
                && (when == Moment.CONNACK || IotTopics.matches(topicFilter, topic));
    }
}
