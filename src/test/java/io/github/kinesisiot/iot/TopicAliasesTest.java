package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Which topics get an alias, and what that saves; checked against a broker that keeps what it was told. */
class TopicAliasesTest {

    private static final int MESSAGES = 100_000;
    private static final int AWS_MAXIMUM = 8;

    private record Outcome(long topicBytes, long saved) {
        long percent() {
            return saved * 100 / topicBytes;
        }
    }

    /** Plays messages to a broker, which must always know the topic that is meant. */
    private static Outcome play(int maximum, IntFunction<String> topics) {
        TopicAliases aliases = new TopicAliases(maximum);
        Map<Integer, String> broker = new HashMap<>();
        long bytes = 0;
        long saved = 0;
        for (int i = 0; i < MESSAGES; i++) {
            String topic = topics.apply(i);
            TopicAliases.Use use = aliases.use(topic);
            assertThat(use.number()).isBetween(0, maximum);
            if (use.known()) {
                assertThat(broker.get(use.number())).isEqualTo(topic);
            } else if (use.number() > 0) {
                broker.put(use.number(), topic);
            }
            bytes += topic.length();
            saved += use.saved();
        }
        return new Outcome(bytes, saved);
    }

    private static String topic(int number) {
        return "factory/line-%04d/temperature".formatted(number);
    }

    /** The case aliases are for. */
    @Test
    void fewTopicsSaveNearlyAllTheirBytes() {
        assertThat(play(AWS_MAXIMUM, i -> topic(0)).percent()).isGreaterThanOrEqualTo(88);
        assertThat(play(AWS_MAXIMUM, i -> topic(i % 8)).percent()).isGreaterThanOrEqualTo(88);
    }

    /** First come, first served, the numbers would belong for a day to topics that nobody uses any more. */
    @Test
    void topicsOutOfUseGiveTheirAliasesUp() {
        assertThat(play(AWS_MAXIMUM, i -> topic(i / 1000 * 8 + i % 8)).percent())
                .isGreaterThanOrEqualTo(85);
    }

    /** With a definition for each miss, as in a plain LRU, random topics would cost three bytes each. */
    @Test
    void topicsThatHardlyRepeatCostNothing() {
        SplittableRandom random = new SplittableRandom(1);
        assertThat(play(AWS_MAXIMUM, i -> "some/t/" + random.nextInt(100, 999)).saved())
                .isGreaterThanOrEqualTo(0);
        assertThat(play(AWS_MAXIMUM, i -> "once/%09d".formatted(i)).saved()).isZero();
    }

    /** The usual case between the two: some keys are much busier than others. */
    @Test
    void busyTopicsAmongManyAreFound() {
        SplittableRandom random = new SplittableRandom(1);
        Outcome outcome =
                play(AWS_MAXIMUM, i -> topic(random.nextInt(10) < 7 ? random.nextInt(6) : 10 + random.nextInt(5000)));
        assertThat(outcome.percent()).isGreaterThanOrEqualTo(60);
    }

    /** Each taking the number of another that comes again sooner, twelve topics in turn would hardly use their eight. */
    @Test
    void aTopicThatComesSoonerKeepsItsAlias() {
        assertThat(play(AWS_MAXIMUM, i -> topic(i % 12)).percent()).isGreaterThanOrEqualTo(55);
    }

    /** A number given to two topics would deliver messages to the wrong one. */
    @Test
    void anAliasWhoseDefinitionWasNotSentIsNotUsedAndItsNumberNotGivenTwice() {
        TopicAliases aliases = new TopicAliases(2);
        aliases.use(topic(1));
        assertThat(aliases.use(topic(1)).number()).isEqualTo(1);
        aliases.undefine(topic(1));
        assertThat(aliases.use(topic(1)).number()).isZero();
        TopicAliases.Use again = aliases.use(topic(1));
        assertThat(again.known()).isFalse();
        assertThat(again.number()).isEqualTo(2);
        aliases.undefine("never/defined");
    }

    /** Off means off, and where an alias is as long as the topic there is nothing to win. */
    @Test
    void noneWithoutPermissionAndNoneForTinyTopics() {
        assertThat(play(0, i -> topic(0)).saved()).isZero();
        assertThat(play(AWS_MAXIMUM, i -> "short/t").saved()).isZero();
    }
}
