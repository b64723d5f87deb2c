package io.github.kinesisiot.iot.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a broker may say, byte by byte, and what of it Paho gets to see. */
class PacketInputTest {

    private final PlainOutput output = new PlainOutput(OutputStream.nullOutputStream());
    private final BrokerWords words = new BrokerWords();
    private final List<String> answers = new ArrayList<>();

    private PacketInput input(String hex) throws IOException {
        output.write(0); // the client has spoken first
        return new PacketInput(new ByteArrayInputStream(HexFormat.of().parseHex(hex.replace(" ", ""))), output, words);
    }

    private String seen(String hex) throws IOException {
        words.answersTo(new BrokerWords.Answers() {
            @Override
            public void answered(int packetId, int code, String said) {
                answers.add("%d %02X %s".formatted(packetId, code, said));
            }

            @Override
            public void received(int packetId) {
                answers.add(packetId + " received");
            }
        });
        PacketInput input = input(hex);
        StringBuilder seen = new StringBuilder();
        do {
            seen.append(HexFormat.of().withUpperCase().toHexDigits((byte) input.read()));
        } while (input.available() > 0);
        return seen.toString();
    }

    /** Paho waits for ever for a reader that ended before it looked, as it did with each connection that was reset early. */
    @Test
    void nothingIsReadBeforeSomethingWasWritten() throws Exception {
        PacketInput broken = new PacketInput(InputStream.nullInputStream(), output, words);
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            try {
                return broken.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> read.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        output.write(0);
        assertThatThrownBy(() -> read.get(5, TimeUnit.SECONDS)).hasRootCauseInstanceOf(EOFException.class);
    }

    /** Paho reads 65535 as -1 and then sends nothing for ever; and it must leave the aliases to us. */
    @Test
    void theLimitsOfAConnackAreTakenOutBeforePahoMisreadsThem() throws Exception {
        // flags, code, properties: user property a=b, receive maximum 65535, max packet size, reason string, alias
        // maximum 40000
        String before = "20 1E 00 00 1B 26 0001 61 0001 62 21 FFFF 27 00020000 1F 0002 6F6B 22 9C40 25 01 24 01";
        assertThat(seen(before))
                .isEqualTo("20 1E 00 00 1B 26 0001 61 0001 62 21 7FFF 27 00020000 1F 0002 6F6B 22 0000 25 01 24 01"
                        .replace(" ", ""));
        assertThat(words.topicAliasMaximum()).isEqualTo(40_000);
    }

    /** What the broker says in range must arrive as it is. */
    @ParameterizedTest
    @CsvSource({"20 03 00 00 00", "20 06 00 00 03 21 7FFF", "D0 00", "E0 00", "E0 01 8B", "E0 02 98 00"})
    void whatPahoCanReadIsPassedOnUnchanged(String packet) throws Exception {
        assertThat(seen(packet)).isEqualTo(packet.replace(" ", ""));
    }

    /** Paho lost some, took the second of two, and closed the connection for codes it does not know (AWS uses 0x91). */
    @ParameterizedTest
    @CsvSource({
        "40 02 0107, 263 00 null",
        "40 03 0007 10, 7 10 null",
        "40 03 0007 91, 7 91 null",
        "40 03 0007 F0, 7 F0 null",
        "40 04 0007 97 00, 7 97 null",
        "40 09 0007 97 05 1F 0002 6F6B, 7 97 ok",
        "50 02 0007, 7 received",
        "50 03 0007 10, 7 received",
        "50 03 0007 91, 7 91 null",
        "70 02 0007, 7 00 null",
        "70 03 0007 92, 7 92 null"
    })
    void theAnswersToPublishesGoPastPaho(String packet, String answer) throws Exception {
        assertThat(seen(packet + "D0 00")).isEqualTo("D000");
        assertThat(answers).containsExactly(answer);
    }

    /** A line break in a reason string ended Paho's reading thread without a word: every PUBACK after it was lost. */
    @ParameterizedTest
    @CsvSource({"E0 07 98 05 1F 0002 0A41, E00198", "20 08 00 87 05 1F 0002 0A41, 2003008700"})
    void aReasonStringThatPahoCannotReadDoesNotHideTheCode(String packet, String seen) throws Exception {
        assertThat(seen(packet)).isEqualTo(seen);
        assertThat(seen("40 09 0007 97 05 1F 0002 0A41 D0 00")).isEqualTo("D000");
        assertThat(answers).containsExactly("7 97 null");
    }

    /** What goes wrong in taking an answer must end the connection, not Paho's reading thread without a word. */
    @Test
    void anAnswerThatCannotBeTakenIsAnIOException() throws Exception {
        words.answersTo(new BrokerWords.Answers() {
            @Override
            public void answered(int packetId, int code, String said) {
                throw new IllegalStateException("no");
            }

            @Override
            public void received(int packetId) {
                throw new IllegalStateException("no");
            }
        });
        assertThatThrownBy(() -> input("40 02 0007").read())
                .isInstanceOf(IOException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> input("50 02 0007").read()).isInstanceOf(IOException.class);
    }

    /** Each of these must end the connection at once, with a sentence: in Paho some of them end a thread, or take all memory. */
    @ParameterizedTest
    @CsvSource({
        "40 01 00, malformed packet of type 4",
        "40 00, malformed packet of type 4",
        "41 03 0007 00, malformed packet of type 4",
        "20 02 00 00, malformed packet of type 2",
        "20 05 00 00 02 21 FF, malformed packet of type 2",
        "20 06 00 00 7F 21 00 10, malformed packet of type 2",
        "20 09 00 00 06 21 0010 21 0010, malformed packet of type 2",
        "40 FF FF FF 7F, 268435455 bytes",
        "40 FF FF FF FF 01, more than four bytes",
        "10 00, type 1",
        "00 00, type 0",
        "90 03 0001 00, type 9",
        "40, within a packet",
        "40 03 00, within a packet",
        "'', ended the connection"
    })
    void whatCannotBeUnderstoodEndsTheConnection(String packet, String sentence) {
        assertThatThrownBy(() -> seen(packet)).isInstanceOf(IOException.class).hasMessageContaining(sentence);
    }

    /** Whatever bytes come: an exception of the kind that ends the connection, never one that ends Paho's thread. */
    @Test
    void noBytesCauseAnythingButAnIOException() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        int[] types = {0x20, 0x30, 0x40, 0x50, 0x70, 0xD0, 0xE0, 0xF0};
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[2 + random.nextInt(40)];
            random.nextBytes(bytes);
            bytes[0] = (byte) types[random.nextInt(types.length)];
            bytes[1] = (byte) (bytes.length - 2);
            output.write(0);
            PacketInput input = new PacketInput(new ByteArrayInputStream(bytes), output, new BrokerWords());
            try {
                input.read();
            } catch (IOException e) {
                // as it should
            }
        }
    }
}
