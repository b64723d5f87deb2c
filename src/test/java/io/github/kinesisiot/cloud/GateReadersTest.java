package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames and packets, as the IoT endpoint takes them apart. */
class GateReadersTest {
    private static final int MOST = 70_000;

    private final List<String> seen = new ArrayList<>();
    private final List<Packet> whole = new ArrayList<>();

    private final class Listener implements FrameReader.Frames, PacketReader.Packets {
        private final PacketReader packets = new PacketReader(MOST, this);

        @Override
        public void data(byte[] bytes, int from, int to) {
            packets.take(bytes, from, to);
        }

        @Override
        public void control(int opcode, byte[] payload) {
            seen.add("control " + opcode + " of " + payload.length);
        }

        @Override
        public void wrongFrame() {
            seen.add("wrong frame");
        }

        @Override
        public void packet(Packet packet) {
            seen.add("packet " + packet.type() + " of " + packet.bytes().length);
            whole.add(packet);
        }

        @Override
        public void badPacket(int reason) {
            seen.add("bad packet " + Integer.toHexString(reason));
        }
    }

    private final FrameReader fromClient = new FrameReader(true, new Listener());

    // A packet missed where frames or arrivals cut it would be a rule or a count that does not hold.
    @Test
    void packetsAreFoundHoweverFramesAndArrivalsCutThem() {
        byte[] publish = publish(300);
        byte[] wire = Buffer.buffer()
                .appendBytes(masked(0x82, join(new byte[] {(byte) 0xc0, 0}, slice(publish, 0, 1))))
                .appendBytes(masked(0x89, new byte[] {0x32, 0}))
                .appendBytes(masked(0x02, slice(publish, 1, 200)))
                .appendBytes(masked(0x80, join(slice(publish, 200, publish.length), publish(5))))
                .getBytes();
        for (byte one : wire) {
            fromClient.take(new byte[] {one});
        }
        List<String> expected = List.of("packet 12 of 2", "control 9 of 2", "packet 3 of 303", "packet 3 of 7");
        assertThat(seen).isEqualTo(expected);
        assertThat(whole.get(1).bytes()).isEqualTo(publish);
        seen.clear();
        fromClient.take(wire);
        assertThat(seen).isEqualTo(expected);
    }

    // What is written must be read as the same by the other end, for each of the three ways to say how long it is.
    @Test
    void writtenFramesAreReadAgain() {
        for (int length : new int[] {5, 300, 66_000}) {
            byte[] publish = publish(length);
            fromClient.take(FrameReader.binary(true, publish, publish.length));
            new FrameReader(false, new Listener()).take(FrameReader.binary(false, publish, publish.length));
        }
        assertThat(whole).hasSize(6);
        for (int i = 0; i < 6; i += 2) {
            assertThat(whole.get(i)).isEqualTo(whole.get(i + 1));
        }
        new FrameReader(false, new Listener()).take(FrameReader.close(1000));
        assertThat(seen).last().isEqualTo("control 8 of 2");
    }

    // A client that forgets the mask, or sends text, is refused by every server.
    @Test
    void framesThatNoServerTakesAreRefusedAndNothingBehindThemIsRead() {
        byte[] unmasked = FrameReader.binary(false, publish(5), 7);
        fromClient.take(join(unmasked, FrameReader.binary(true, publish(5), 7)));
        assertThat(seen).containsExactly("wrong frame");
        seen.clear();
        new FrameReader(true, new Listener()).take(masked(0x81, new byte[] {'a'}));
        new FrameReader(false, new Listener()).take(masked(0x82, new byte[] {'a'}));
        assertThat(seen).containsExactly("wrong frame", "wrong frame");
    }

    // A packet beyond the announced size must not be waited for: its length alone decides.
    @Test
    void aPacketThatIsTooLongIsRefusedByItsLength() {
        fromClient.take(masked(0x82, new byte[] {0x32, (byte) 0xff, (byte) 0xff, 0x7f}));
        new FrameReader(true, new Listener())
                .take(masked(0x82, new byte[] {0x32, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1}));
        assertThat(seen).containsExactly("bad packet 95", "bad packet 81");
    }

    private static byte[] publish(int length) {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 0x32);
        return join(new byte[] {0x32}, Properties5.variable(length), body);
    }

    private static byte[] join(byte[]... parts) {
        Buffer all = Buffer.buffer();
        for (byte[] part : parts) {
            all.appendBytes(part);
        }
        return all.getBytes();
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] masked(int first, byte[] payload) {
        byte[] mask = {0x11, 0x22, 0x33, 0x44};
        Buffer frame = Buffer.buffer().appendByte((byte) first);
        if (payload.length < 126) {
            frame.appendByte((byte) (0x80 | payload.length));
        } else {
            frame.appendByte((byte) (0x80 | 126)).appendUnsignedShort(payload.length);
        }
        frame.appendBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.appendByte((byte) (payload[i] ^ mask[i % 4]));
        }
        return frame.getBytes();
    }
}
