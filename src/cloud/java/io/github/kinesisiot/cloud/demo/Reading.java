package io.github.kinesisiot.cloud.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * One measurement of one device; see the README beside the data.
 *
 * @param humidity percent, as text, so that it is passed on as it was measured
 * @param temperature degrees Celsius, as text
 * @param event whether steam was led over the device
 */
public record Reading(String device, int reading, String humidity, String temperature, boolean event) {
    private static final String DATA = "/demo/readings.csv";

    /** All of them, in the order in which they were measured. */
    public static List<Reading> all() {
        InputStream data = Objects.requireNonNull(Reading.class.getResourceAsStream(DATA), DATA);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(data, StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).map(Reading::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reading parse(String line) {
        String[] fields = line.split(",");
        return new Reading(fields[0], Integer.parseInt(fields[1]), fields[2], fields[3], fields[4].equals("1"));
    }

    /** @param number counts the records of this device from 1, so that the other end can tell what is missing */
    String json(long number) {
        return "{\"device\":\"%s\",\"number\":%d,\"reading\":%d,\"humidity\":%s,\"temperature\":%s,\"event\":%b}"
                .formatted(device, number, reading, humidity, temperature, event);
    }
}
