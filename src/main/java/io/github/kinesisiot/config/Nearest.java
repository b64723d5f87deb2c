package io.github.kinesisiot.config;

import java.util.Arrays;
import java.util.Comparator;

/** Finds the key that somebody probably meant. */
final class Nearest {

    private Nearest() {}

    static String to(String misspelled) {
        return Arrays.stream(Key.values())
                .map(Key::property)
                .min(Comparator.comparingInt(property -> distance(misspelled, property)))
                .orElseThrow();
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
