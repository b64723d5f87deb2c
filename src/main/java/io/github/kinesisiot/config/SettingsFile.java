package io.github.kinesisiot.config;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Reads the properties file as editors write it: UTF-8, with a byte order mark or without. What is no such file is a problem that names the file
 * and the fix.
 */
public final class SettingsFile {

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");
    private static final String SAVED_AS_UTF_8 = "the file saved as UTF-8";

    private final Path file;

    private SettingsFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the file; none is as good as an empty one, since everything may be in the environment.
     *
     * @throws SettingsException with one problem, when there is something that cannot be read as settings
     */
    public static Properties load(Path file) throws SettingsException {
        return new SettingsFile(file).load();
    }

    private Properties load() throws SettingsException {
        String text = text(bytes());
        var properties = new Properties();
        if (!load(properties, text)) {
            throw refused(
                    malformedLine(text),
                    "a backslash before a u begins the code of a character, and the four digits are not there",
                    "two backslashes for each, C:\\\\users\\\\ca.pem, or slashes, C:/users/ca.pem");
        }
        return properties;
    }

    private byte[] bytes() throws SettingsException {
        if (Files.isDirectory(file)) {
            throw refused(
                    "it is a directory",
                    "a file; Docker makes a directory where a file is to be mounted that the host does not have");
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw refused("it is a link to a file that is not there", "a link to a file, or no link");
            }
            return new byte[0];
        } catch (AccessDeniedException e) {
            throw refused("the user that the bridge runs as may not read it", "a file with that right");
        } catch (FileSystemException e) {
            throw refused("it cannot be read: " + e.getReason(), "a file that can be read");
        } catch (IOException e) {
            throw refused("it cannot be read: " + e.getMessage(), "a file that can be read");
        }
    }

    private String text(byte[] bytes) throws SettingsException {
        if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
            throw refused("it is UTF-16", SAVED_AS_UTF_8);
        }
        var from = ByteBuffer.wrap(bytes);
        var to = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(from, to, true);
        if (result.isError()) {
            throw refused(lastLine(to.flip().toString()), "it is not UTF-8", SAVED_AS_UTF_8);
        }
        String text = to.flip().toString();
        int zero = text.indexOf('\0');
        if (zero >= 0) {
            throw refused(lastLine(text.substring(0, zero)), "it holds a zero byte, as UTF-16 does", SAVED_AS_UTF_8);
        }
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }

    private static String lastLine(String text) {
        return "line " + LINE_END.split(text, -1).length;
    }

    /** @return whether the text is without a malformed code of a character, which is all that can be wrong with it */
    private static boolean load(Properties properties, String text) {
        try {
            properties.load(new StringReader(text));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String malformedLine(String text) {
        String[] lines = LINE_END.split(text, -1);
        for (int i = 0; i < lines.length; i++) {
            if (!load(new Properties(), lines[i])) {
                return "line " + (i + 1);
            }
        }
        return "settings file";
    }

    private SettingsException refused(String wrong, String expected) {
        return refused("settings file", wrong, expected);
    }

    private SettingsException refused(String where, String wrong, String expected) {
        return new SettingsException(List.of(new Problem(file.toString(), where, wrong, expected)));
    }
}
