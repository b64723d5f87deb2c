package io.github.kinesisiot.iot;

import java.nio.charset.StandardCharsets;

/** MQTT's data types as bytes. */
final class Wire {

    private Wire() {}

    /**
     * UTF-8.
     *
     * @throws IllegalArgumentException for what a broker may close the connection for: control characters, non-characters, half a
     *     surrogate pair
     */
    static byte[] text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7F) {
                i += checked(text, i);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // How many more chars the character has.
    private static int checked(String text, int at) {
        int character = text.codePointAt(at);
        boolean bad = Character.isISOControl(character)
                || character >= 0xD800 && character <= 0xDFFF
                || character >= 0xFDD0 && character <= 0xFDEF
                || (character & 0xFFFE) == 0xFFFE;
        if (bad) {
            throw new IllegalArgumentException("MQTT has no character U+%04X in its strings".formatted(character));
        }
        return Character.charCount(character) - 1;
    }

    /** Of a variable byte integer. */
    static int lengthOf(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    /** @return where the next byte goes */
    static int putVariable(byte[] to, int at, int value) {
        int next = at;
        int left = value;
        while (left > 0x7F) {
            to[next++] = (byte) (left & 0x7F | 0x80);
            left >>>= 7;
        }
        to[next++] = (byte) left;
        return next;
    }

    /** @return where the next byte goes */
    static int putShort(byte[] to, int at, int value) {
        to[at] = (byte) (value >>> 8);
        to[at + 1] = (byte) value;
        return at + 2;
    }

    /** @return where the next byte goes */
    static int putBytes(byte[] to, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, to, at, bytes.length);
        return at + bytes.length;
    }

    /** Bytes with their length before them. */
    static int putCounted(byte[] to, int at, byte[] bytes) {
        return putBytes(to, putShort(to, at, bytes.length), bytes);
    }
}
