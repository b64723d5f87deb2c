package io.github.kinesisiot.cloud.demo;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was put into the stream and what came out as messages, per device. Thread-safe. */
public final class Ledger {
    private static final Pattern RECORD = Pattern.compile("\\{\"device\":\"([^\"]+)\",\"number\":(\\d+),.*}");

    private static final class Device {
        private int put;
        private int highest;
        private final BitSet received = new BitSet();
    }

    /**
     * @param missing records that did not arrive
     * @param doubled messages that had arrived before
     * @param outOfOrder records that arrived for the first time after a later one of their device
     * @param foreign messages that are none of the records put
     */
    public record Account(
            int devices, long put, long received, long missing, long doubled, long outOfOrder, long foreign) {
        /** At least once, in order: a repeated message is allowed, a lost or overtaken one is not. */
        public boolean complete() {
            return missing == 0;
        }

        public boolean equal() {
            return missing == 0 && doubled == 0 && outOfOrder == 0 && foreign == 0;
        }
    }

    private final Map<String, Device> devices = new HashMap<>();
    private long put;
    private long received;
    private long doubled;
    private long outOfOrder;
    private long foreign;

    /** The number of the device's next record; it counts as put only with {@link #put(String)}. */
    public synchronized int next(String device) {
        return device(device).put + 1;
    }

    synchronized void put(String device) {
        device(device).put++;
        put++;
    }

    public synchronized void received(String payload) {
        received++;
        Matcher matcher = RECORD.matcher(payload);
        if (!matcher.matches()) {
            foreign++;
            return;
        }
        Device device = device(matcher.group(1));
        int number = Integer.parseInt(matcher.group(2));
        if (device.received.get(number)) {
            doubled++;
            return;
        }
        device.received.set(number);
        if (number < device.highest) {
            outOfOrder++;
        }
        device.highest = Math.max(device.highest, number);
    }

    public synchronized Account account() {
        long missing = 0;
        long unknown = foreign;
        for (Device device : devices.values()) {
            int known = device.received.get(1, device.put + 1).cardinality();
            missing += device.put - known;
            unknown += device.received.cardinality() - known;
        }
        return new Account(devices.size(), put, received, missing, doubled, outOfOrder, unknown);
    }

    private Device device(String name) {
        return devices.computeIfAbsent(name, unknown -> new Device());
    }
}
