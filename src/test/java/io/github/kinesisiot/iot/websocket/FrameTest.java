package io.github.kinesisiot.iot.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The frame codec of RFC 6455, as far as a client of binary streams needs it. */
class FrameTest {

    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final FrameOutput output = new FrameOutput(wire, new SecureRandom());

    /** A server must close the connection on an unmasked frame, or on a length it cannot follow. */
    @Test
    void everyWriteBecomesMaskedFramesOfEachLengthForm() throws Exception {
        Random random = new Random(1);
        for (int length : new int[] {1, 125, 126, 127, 300, 8192, 65_535, 65_536, 200_000}) {
            byte[] content = new byte[length];
            random.nextBytes(content);
            wire.reset();
            output.write(content, 0, length);
            assertThat(unmasked(wire.toByteArray())).as("%d bytes", length).isEqualTo(content);
        }
    }

    /** The same mask twice would let a broken proxy be steered; the RFC wants a fresh one for each frame. */
    @Test
    void noTwoFramesHaveTheSameMask() throws Exception {
        for (int i = 0; i < 1000; i++) {
            output.write(0);
        }
        byte[] frames = wire.toByteArray();
        int length = frames.length / 1000; // two bytes of header, four of mask, one of content
        long masks = IntStream.range(0, 1000)
                .mapToObj(i -> ByteBuffer.wrap(frames, i * length + 2, 4).getInt())
                .distinct()
                .count();
        assertThat(length).isEqualTo(7);
        assertThat(masks).isGreaterThan(990);
    }

    /** MQTT packets may end anywhere in a frame, and frames anywhere in a packet. */
    @Test
    void payloadsAreOneStreamAcrossFramesAndFragments() throws Exception {
        FrameInput input =
                input("82 03 010203  02 01 04  00 00  80 02 0506  82 00  82 7E 0001 07  82 7F 0000000000000002 0809");
        assertThat(input.readNBytes(9)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThatThrownBy(input::read)
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("without a WebSocket close frame");
    }

    /** A ping left unanswered gets the connection closed by load balancers. */
    @Test
    void aPingIsAnsweredWithItsPayloadAndAPongIsIgnored() throws Exception {
        FrameInput input = input("89 02 0102  8A 01 09  82 01 07");
        wire.reset();
        assertThat(input.read()).isEqualTo(7);
        byte[] frame = wire.toByteArray();
        assertThat(frame[0]).isEqualTo((byte) 0x8A);
        assertThat(unmasked(frame)).containsExactly(1, 2);
    }

    /** The reason in a close frame is all there is to tell a deployment from a fault. */
    @Test
    void aCloseFrameIsAnsweredOnceAndItsStatusTold() throws Exception {
        FrameInput input = input("88 02 03E9");
        wire.reset();
        assertThatThrownBy(input::read).isInstanceOf(EOFException.class).hasMessageContaining("status 1001");
        assertThat(unmasked(wire.toByteArray())).containsExactly(0x03, 0xE9 - 256);
        wire.reset();
        output.closeFrame(new byte[0]);
        assertThat(wire.size()).isZero();
    }

    /** What a server must not send is no data: reading on would feed garbage to the MQTT parser. */
    @Test
    void framesAgainstTheRulesEndTheStream() throws Exception {
        for (String frames : new String[] {
            "81 01 41", // text
            "82 81 00000000 01", // masked
            "C2 01 01", // reserved bit
            "80 01 01", // continuation of nothing
            "02 01 01 82 01 02", // a new message within another
            "09 00", // fragmented ping
            "89 7E 0080", // long ping
            "8B 00", // unknown control frame
            "82 7F FFFFFFFFFFFFFFFF", // negative length
            "82 05 01", // cut within a payload
            "82", // cut within a header
        }) {
            FrameInput input = input(frames);
            assertThatThrownBy(() -> input.readNBytes(100)).as(frames).isInstanceOf(IOException.class);
        }
    }

    private FrameInput input(String hex) {
        return new FrameInput(new ByteArrayInputStream(HexFormat.of().parseHex(hex.replace(" ", ""))), output);
    }

    private static byte[] unmasked(byte[] frames) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(frames));
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (in.available() > 0) {
            assertThat(in.readUnsignedByte() & 0x80).isEqualTo(0x80);
            int length = in.readUnsignedByte();
            assertThat(length & 0x80).isEqualTo(0x80);
            length &= 0x7F;
            if (length == 126) {
                length = in.readUnsignedShort();
                assertThat(length).isGreaterThan(125);
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i % 4];
            }
            content.writeBytes(payload);
        }
        return content.toByteArray();
    }
}
