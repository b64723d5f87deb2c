package io.github.kinesisiot;

/** The main class: the verbs and the exit codes. */
public final class Bridge {
    private Bridge() {}

    public static void main(String[] args) {
        System.exit(1);
    }
}
