package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

class PublishMetersTest {

    /** The clocks of Kinesis and of this machine differ by some milliseconds: a record that came "later" must not be left out. */
    @Test
    void theLatencyFromKinesisIsAHistogramAlsoOfRecordsThatSeemToComeFromTheFuture() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        PublishMeters meters = new PublishMeters(registry);
        meters.delivered(-20);
        meters.delivered(400);
        meters.delivered(7_200_000);
        assertThat(registry.scrape())
                .contains(
                        "# HELP bridge_record_latency_seconds From the arrival",
                        "bridge_record_latency_seconds_bucket{le=\"0.05\"} 1\n",
                        "bridge_record_latency_seconds_bucket{le=\"0.5\"} 2\n",
                        "bridge_record_latency_seconds_bucket{le=\"3600.0\"} 2\n",
                        "bridge_record_latency_seconds_count 3\n");
    }

    /** Introducing an alias costs bytes first; one counter below zero, and every scrape of all metrics fails with a 500. */
    @Test
    void aScrapeWorksWhenAliasesHaveCostMoreThanTheySavedSoFar() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        PublishMeters meters = new PublishMeters(registry);
        MqttMessage content = new MqttMessage("x".getBytes(StandardCharsets.UTF_8), 1, false, new MqttProperties());
        Publish publish = new Publish(
                Message.checked(MessageRules.of(Quotas.MQTT, false), "topic", content), 0, (done, failure) -> {});
        publish.saved(-3);
        meters.settled(publish, null, 1000);
        assertThat(registry.scrape())
                .contains("bridge_topic_alias_saved_bytes_total 0.0", "bridge_topic_alias_spent_bytes_total 3.0");
    }
}
