package io.github.kinesisiot.iot;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which topics of one connection are replaced by a number. A topic gets one when it comes for the second time within a while, and may
 * take it from another only if that has been idle for longer than this one took to come again. So a few steady topics save nearly all of
 * their bytes, topics out of use do not hold their numbers for ever, and topics that never repeat cost nothing.
 *
 * <p>Not thread-safe.
 */
final class TopicAliases {

    /** What an alias costs in a packet. */
    static final int ALIAS_BYTES = 3;

    private static final int REMEMBERED_PER_ALIAS = 2;
    // A definition must be worth its bytes soon.
    private static final int SHORTEST_TOPIC = 3 * ALIAS_BYTES;

    private final int maximum;
    private final Map<String, Alias> aliases = new LinkedHashMap<>(16, 0.75f, true);
    // Topics without an alias by the time they last came, oldest first
    private final Map<String, Long> seen = new LinkedHashMap<>();
    private long time;

    private static final class Alias {
        private final int number;
        private final int saves;
        private long usedAt;

        private Alias(int number, String topic) {
            this.number = number;
            this.saves = topic.getBytes(StandardCharsets.UTF_8).length - ALIAS_BYTES;
        }
    }

    /**
     * How to name the topic in the next packet.
     *
     * @param number the alias, 0 for none
     * @param known whether the broker knows the alias, so that the topic itself is left out
     * @param saved bytes; negative where the alias is being defined
     */
    record Use(int number, boolean known, int saved) {
        private static final Use NONE = new Use(0, false, 0);
    }

    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    Use use(String topic) {
        if (maximum == 0 || topic.length() < SHORTEST_TOPIC) {
            return Use.NONE;
        }
        time++;
        Alias alias = aliases.get(topic);
        if (alias != null) {
            alias.usedAt = time;
            return new Use(alias.number, true, alias.saves);
        }
        Long before = seen.remove(topic);
        int number = before == null ? 0 : freeNumber(before);
        if (number == 0) {
            remember(topic);
            return Use.NONE;
        }
        Alias defined = new Alias(number, topic);
        defined.usedAt = time;
        aliases.put(topic, defined);
        return new Use(number, false, -ALIAS_BYTES);
    }

    /** The packet that was to define the topic's alias was not sent. */
    void undefine(String topic) {
        Alias alias = aliases.remove(topic);
        if (alias != null) {
            // Nobody else may get its number, or two topics might: it is kept for a topic that can never come.
            aliases.put("#" + alias.number, alias);
        }
    }

    private int freeNumber(long before) {
        if (aliases.size() < maximum) {
            return aliases.size() + 1;
        }
        Iterator<Alias> oldestFirst = aliases.values().iterator();
        Alias idle = oldestFirst.next();
        if (time - idle.usedAt <= time - before) {
            return 0;
        }
        oldestFirst.remove();
        return idle.number;
    }

    private void remember(String topic) {
        seen.put(topic, time);
        if (seen.size() > maximum * REMEMBERED_PER_ALIAS) {
            Iterator<String> oldest = seen.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
