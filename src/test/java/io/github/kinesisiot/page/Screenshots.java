package io.github.kinesisiot.page;

import io.github.kinesisiot.cloud.BridgeProcess;
import io.github.kinesisiot.cloud.Browser;
import io.github.kinesisiot.cloud.CloudOptions;
import io.github.kinesisiot.cloud.LocalCloud;
import io.github.kinesisiot.cloud.Tab;
import io.github.kinesisiot.cloud.demo.Feeder;
import io.github.kinesisiot.cloud.demo.Ledger;
import io.github.kinesisiot.cloud.demo.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.core.SdkBytes;

/** Takes the pictures of the page that the README shows: {@code Screenshots DIRECTORY}, of the demo's readings after a minute and a half. */
final class Screenshots {

    private static final Duration SESSION = Duration.ofSeconds(30);
    private static final Duration FEEDING = Duration.ofSeconds(100);

    private Screenshots() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        Duration feeding = args.length > 1 ? Duration.ofSeconds(Long.parseLong(args[1])) : FEEDING;
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
                try (Tab tab = browser.open(bridge.page(), new Browser.Screen(1240, 1120, false))) {
                    pass(feeding.dividedBy(2));
                    // One that can never be published.
                    cloud.kinesis().putRecord(request -> request.streamName(cloud.stream())
                            .partitionKey("a/b/c/d/e/f/g/h")
                            .data(SdkBytes.fromUtf8String("too deep")));
                    pass(feeding.dividedBy(2));
                    Files.write(directory.resolve("page.png"), tab.screenshot(true));
                    tab.resize(new Browser.Screen(1240, 1120, true));
                    pass(Duration.ofSeconds(2));
                    Files.write(directory.resolve("page-dark.png"), tab.screenshot(true));
                    tab.resize(new Browser.Screen(360, 740, false));
                    pass(Duration.ofSeconds(2));
                    Files.write(directory.resolve("page-phone.png"), tab.screenshot(true));
                    System.out.println(tab.errors());
                }
            }
        }
        System.exit(0);
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
