package io.github.kinesisiot.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;

/** Finds the key that somebody probably meant. */
final class Nearest {

    private Nearest() {}

    static String to(String misspelled) {
        return of(misspelled, Key::property);
    }

    /** @param name which of a key's names */
    static String of(String misspelled, Function<Key, String> name) {
        return Arrays.stream(Key.values())
                .map(name)
                .min(Comparator.comparingInt(known -> distance(misspelled, known)))
                .orElseThrow();
    }

    /** Levenshtein's distance. */
    static int distance(String a, String b) {
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
