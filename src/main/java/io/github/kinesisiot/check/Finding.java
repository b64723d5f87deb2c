package io.github.kinesisiot.check;

import java.util.List;
import java.util.Optional;

/**
 * What a step came to.
 *
 * @param found facts worth reading, also beside a fault
 * @param warnings what works but should be looked at
 * @param fault empty for success
 */
record Finding(List<String> found, List<String> warnings, Optional<Fault> fault) {

    static Finding ok(String... found) {
        return new Finding(List.of(found), List.of(), Optional.empty());
    }

    static Finding ok(List<String> found, List<String> warnings) {
        return new Finding(List.copyOf(found), List.copyOf(warnings), Optional.empty());
    }

    static Finding failed(Fault fault) {
        return new Finding(List.of(), List.of(), Optional.of(fault));
    }
}
