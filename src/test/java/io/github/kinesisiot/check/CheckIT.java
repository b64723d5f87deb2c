package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kinesisiot.cloud.LocalCloud;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CheckIT {
    private static LocalCloud cloud;

    @BeforeAll
    static void start() {
        cloud = LocalCloud.start();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void ok() throws Exception {
        var run = new CheckRun(cloud);
        int code = run.run("--publish", "kinesis/check");
        System.out.println(run.out + run.err);
        var denied = new CheckRun(cloud).with("EXTERNAL_ROLE_ARN", "arn:aws:iam::222222222222:role/other");
        denied.run();
        System.out.println(denied.out);
        denied.run("--json");
        System.out.println(denied.out);
        assertThat(code).isZero();
    }
}
