package io.github.kinesisiot.iot;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps Paho from printing a stack trace to the console, through java.util.logging, for each connection that is lost: the pool logs the
 * same fault in one line. A level that somebody has set is left alone.
 */
final class PahoLog {

    // Held, since java.util.logging forgets loggers that nobody refers to.
    private static final List<Logger> LOUD = List.of(
            Logger.getLogger("org.eclipse.paho.mqttv5.client.internal.CommsSender"),
            Logger.getLogger("org.eclipse.paho.mqttv5.client.internal.ClientState"));

    private PahoLog() {}

    static void quiet() {
        for (Logger logger : LOUD) {
            if (logger.getLevel() == null) {
                logger.setLevel(Level.OFF);
            }
        }
    }
}
