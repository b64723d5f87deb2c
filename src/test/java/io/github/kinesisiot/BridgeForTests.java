package io.github.kinesisiot;

import io.github.kinesisiot.config.Settings;
import java.nio.file.Path;
import org.apache.camel.main.Main;

/** What tests of other packages need of this one. */
public final class BridgeForTests {

    private BridgeForTests() {}

    public static Main main(Path directory, Settings settings) {
        return BridgeMain.of(directory, settings);
    }
}
