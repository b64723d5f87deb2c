package io.github.kinesisiot.cloud;

import io.github.kinesisiot.cloud.demo.Show;
import java.time.Duration;

/**
 * {@code ./bridge demo}: the bridge against a local cloud, for everybody to see. Exits with 0 if every record that was put came out as
 * a message, exactly once and in order, with 1 otherwise, with 2 if its arguments make no sense. Ctrl-C at any moment ends all that was started.
 */
public final class Demo {
    private static final int DEFAULT_SECONDS = 60;
    private static final int LONGEST_SECONDS = 3_600;

    private Demo() {}

    public static void main(String[] args) {
        int seconds = seconds(args);
        if (seconds < 1) {
            System.err.println("usage: bridge demo [--seconds N]   feed the bridge for N seconds (1 to "
                    + LONGEST_SECONDS + "), default " + DEFAULT_SECONDS);
            System.exit(2);
        }
        int code = 1;
        try {
            Show show = new Show(System.out);
            Runtime.getRuntime().addShutdownHook(new Thread(show::interrupted, "demo-interrupted"));
            code = show.run(Duration.ofSeconds(seconds)) ? 0 : 1;
        } catch (RuntimeException e) {
            // Whatever fails once Ctrl-C has begun to end everything is no news.
            if (!ChildProcess.endingAll()) {
                System.err.println("The demo has failed: " + causes(e));
            }
        }
        System.exit(code);
    }

    /** 0 when the arguments make no sense. */
    private static int seconds(String[] args) {
        if (args.length == 0) {
            return DEFAULT_SECONDS;
        }
        if (args.length != 2 || !args[0].equals("--seconds") || !args[1].matches("\\d{1,4}")) {
            return 0;
        }
        int seconds = Integer.parseInt(args[1]);
        return seconds <= LONGEST_SECONDS ? seconds : 0;
    }

    private static String causes(Throwable e) {
        String message = e instanceof MissingProgramException || e instanceof IllegalStateException
                ? e.getMessage()
                : e.toString();
        return e.getCause() == null ? message : message + " – " + causes(e.getCause());
    }
}
