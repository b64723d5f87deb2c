package io.github.kinesisiot.observe;

import java.util.Map;

/**
 * What a check found.
 *
 * @param message one sentence for a person, whichever way it went
 * @param details the same in figures, for programs
 */
record Finding(boolean up, String message, Map<String, Object> details) {

    static Finding up(String message, Map<String, Object> details) {
        return new Finding(true, message, details);
    }

    static Finding down(String message, Map<String, Object> details) {
        return new Finding(false, message, details);
    }
}
