package io.github.kinesisiot.config;

/**
 * One thing wrong with the settings.
 *
 * @param key the property's name
 * @param where where its value was set, or how it can be set when it is missing
 * @param wrong what is wrong, with the value where it may be shown
 * @param expected what would be right
 */
public record Problem(String key, String where, String wrong, String expected) {

    @Override
    public String toString() {
        return key + " (" + where + "): " + wrong + "; expected " + expected;
    }
}
