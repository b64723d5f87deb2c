package io.github.kinesisiot.page;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.Browser;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.Tab;
import io.github.kinesisiot.cloud.demo.Feeder;
import io.github.kinesisiot.cloud.demo.Ledger;
import io.github.kinesisiot.cloud.demo.Reading;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import software.amazon.awssdk.core.SdkBytes;

/** Takes the pictures of the page that the README shows: {@code Screenshots DIRECTORY}, of the demo's readings after a minute and a half. */
final class Screenshots {

    private static final Duration SESSION = Duration.ofSeconds(30);
    private static final Duration FEEDING = Duration.ofSeconds(100);

    private static final int WIDTH = 1160;
    private static final int HEIGHT = 1400;

    private Screenshots() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        try (LocalCloud cloud = LocalCloud.start(CloudOptions.defaults().sessionLifetime(SESSION))) {
            Map<String, String> settings = new HashMap<>(cloud.environment());
            settings.put("IOT_CONNECTIONS", "4");
            settings.put("IOT_CLIENT_ID", "readings-bridge");
            try (BridgeProcess bridge = BridgeProcess.start(settings, cloud.directory());
                    Browser browser = Browser.start(cloud.directory());
                    Feeder feeder = new Feeder(cloud.kinesis(), cloud.stream(), Reading.all(), 100, new Ledger())) {
                while (!bridge.ready()) {
                    bridge.check();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
                }
                feeder.start();
                try (Tab tab = browser.open(bridge.page(), new Browser.Screen(WIDTH, HEIGHT, false))) {
                    pass(FEEDING.dividedBy(2));
                    // One that can never be published.
                    cloud.kinesis().putRecord(request -> request.streamName(cloud.stream())
                            .partitionKey("a/b/c/d/e/f/g/h")
                            .data(SdkBytes.fromUtf8String("too deep")));
                    pass(FEEDING.dividedBy(2));
                    save(tab, directory.resolve("page.png"));
                    tab.resize(new Browser.Screen(WIDTH, HEIGHT, true));
                    pass(Duration.ofSeconds(2));
                    save(tab, directory.resolve("page-dark.png"));
                }
            }
        }
        System.exit(0);
    }

    /** In 256 colours, which a page of so few does not show, and a third of the bytes. */
    private static void save(Tab tab, Path file) throws IOException {
        BufferedImage full = ImageIO.read(new ByteArrayInputStream(tab.screenshot()));
        Map<Integer, Integer> uses = new HashMap<>();
        for (int pixel : full.getRGB(0, 0, full.getWidth(), full.getHeight(), null, 0, full.getWidth())) {
            uses.merge(pixel, 1, Integer::sum);
        }
        int[] colours = uses.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(256)
                .mapToInt(Map.Entry::getKey)
                .toArray();
        var palette = new IndexColorModel(8, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
        var small = new BufferedImage(full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                small.setRGB(x, y, full.getRGB(x, y));
            }
        }
        ImageIO.write(small, "png", file.toFile());
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
