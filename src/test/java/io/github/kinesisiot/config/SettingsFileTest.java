package io.github.kinesisiot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {

    private static final String TWO = "kinesis.start=LATEST\nmy.name=M\u00fcller\n";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("application.properties");
    }

    // PowerShell and Notepad write the mark: the first setting was dropped without a word, and a day was published
    // again.
    @Test
    void aByteOrderMarkIsPassedOver() throws Exception {
        write("\uFEFF" + TWO, StandardCharsets.UTF_8);
        assertThat(SettingsFile.load(file))
                .containsOnly(Map.entry("kinesis.start", "LATEST"), Map.entry("my.name", "M\u00fcller"));
    }

    // A value with a carriage return at its end is no number and no region.
    @Test
    void linesMayEndAsOnWindows() throws Exception {
        write(TWO.replace("\n", "\r\n"), StandardCharsets.UTF_8);
        assertThat(SettingsFile.load(file))
                .containsOnly(Map.entry("kinesis.start", "LATEST"), Map.entry("my.name", "M\u00fcller"));
    }

    // Everything may come from the environment.
    @Test
    void noFileIsAnEmptyOne() throws Exception {
        assertThat(SettingsFile.load(file)).isEmpty();
    }

    // The check ended in a stack trace, and with --json without a document.
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void aMalformedCodeOfACharacterIsAProblemOfItsLine(String end) throws Exception {
        write(
                "# C:\\users are welcome here" + end + "iot.qos=1" + end + "iot.ca-file=C:\\users\\ca.pem" + end,
                StandardCharsets.UTF_8);
        Problem problem = refused();
        assertThat(problem.where()).isEqualTo("line 3");
        assertThat(problem.expected()).contains("C:\\\\users", "C:/users");
    }

    // "MalformedInputException: Input length = 1" told neither file nor line nor what to do.
    @Test
    void anotherEncodingIsAProblemOfItsLine() throws Exception {
        write(TWO, StandardCharsets.ISO_8859_1);
        assertThat(refused().toString()).contains("(line 2): it is not UTF-8; expected the file saved as UTF-8");
    }

    // What PowerShell writes with > is UTF-16, and without its mark all of it is valid UTF-8.
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
    void utf16IsToldByName(String charset) throws Exception {
        write("kinesis.start=LATEST\n", Charset.forName(charset));
        assertThat(refused().toString()).contains("UTF-16", "saved as UTF-8");
    }

    // A mount of a file that the host does not have.
    @Test
    void aDirectoryInItsPlaceIsAProblem() throws Exception {
        Files.createDirectory(file);
        assertThat(refused().toString()).contains("it is a directory", "Docker");
    }

    // Taken for no file, all settings in it would be missing, one by one.
    @Test
    void aLinkToNothingIsAProblem() throws Exception {
        Files.createSymbolicLink(file, Path.of("nowhere.properties"));
        assertThat(refused().wrong()).contains("link to a file that is not there");
    }

    @Test
    void whatTheSystemCannotReadIsAProblemWithItsReason() throws Exception {
        Files.createSymbolicLink(file, file.getFileName());
        assertThat(refused().wrong()).startsWith("it cannot be read: ").doesNotContain("null");
    }

    // One problem for each start; and settings that are in the file would be called missing.
    @Test
    void theRestIsCheckedAsFarAsItIsKnown() throws Exception {
        Files.createDirectory(file);
        var refused = catchThrowableOfType(
                SettingsException.class,
                () -> SettingsReader.read(file, Map.of("IOT_QOS", "3"), new Properties(), new Machine() {
                    @Override
                    public String hostName() {
                        return "host-1";
                    }

                    @Override
                    public Optional<String> region() {
                        return Optional.empty();
                    }
                }));
        assertThat(refused.problems()).extracting(Problem::key).containsExactly(file.toString(), "iot.qos");
    }

    private void write(String text, Charset charset) throws Exception {
        Files.write(file, text.getBytes(charset));
    }

    private Problem refused() {
        var problems = catchThrowableOfType(SettingsException.class, () -> SettingsFile.load(file))
                .problems();
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.key())
                .isEqualTo(file.toString()));
        return problems.get(0);
    }
}
