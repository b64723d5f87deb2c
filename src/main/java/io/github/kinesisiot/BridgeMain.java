package io.github.kinesisiot;

import io.github.kinesisiot.check.RouteFiles;
import io.github.kinesisiot.check.StreamRoutes;
import io.github.kinesisiot.config.Settings;
import java.nio.file.Path;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Camel's container with the bridge in it: the settings in force as placeholders, the beans, the users' routes. */
final class BridgeMain {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeMain.class);

    private BridgeMain() {}

    static Main of(Path directory, Settings settings) {
        var main = new Main();
        Path file = directory.resolve("config/application.properties");
        main.setPropertyPlaceholderLocations("file:" + file + ";optional=true");
        // What was checked is what is used: defaults and derived values included, whatever Camel would have resolved.
        settings.placeholders().forEach(main::addOverrideProperty);
        main.bind("settingsFile", new FileProperties(settings.file()));
        main.configure().withRoutesIncludePattern("file:" + RouteFiles.folder(directory) + "/*.camel.yaml");
        var wiring = new BridgeConfiguration(settings);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport starting) {
                try {
                    wiring.bindCredentials(starting.getCamelContext());
                } catch (Exception e) {
                    throw RuntimeCamelException.wrapRuntimeException(e);
                }
            }

            @Override
            public void beforeStart(BaseMainSupport starting) {
                warnOfLiveReload(starting);
                try {
                    StreamRoutes.requireErrorHandling(starting.getCamelContext());
                } catch (Exception e) {
                    throw RuntimeCamelException.wrapRuntimeException(e);
                }
            }
        });
        main.configure().addConfiguration(wiring);
        return main;
    }

    private static void warnOfLiveReload(BaseMainSupport starting) {
        if (starting.configure().isRoutesReloadEnabled()) {
            LOG.atWarn()
                    .addKeyValue("event", "live-reload-on")
                    .log(
                            "camel.main.routes-reload-enabled is on, which is for development only: a route file with a slip takes the running routes"
                                    + " away and leaves none until it is right");
        }
    }
}
