package io.github.kinesisiot.config;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** Finds what lies in another partition of AWS than the role: a role cannot be assumed from one into another. */
final class Partitions {

    private final String partition;
    private final List<String> elsewhere = new ArrayList<>();

    Partitions(String roleArn) {
        this.partition = ofArn(roleArn);
    }

    void arn(String what, String arn) {
        compare(what, ofArn(arn));
    }

    void region(String what, String region) {
        compare(what + " " + region, PartitionMetadata.of(Region.of(region)).id());
    }

    /** Empty when all is in the role's. */
    List<String> elsewhere() {
        return elsewhere;
    }

    String partition() {
        return partition;
    }

    private void compare(String what, String other) {
        if (!other.equals(partition)) {
            elsewhere.add(what + " is in " + other);
        }
    }

    private static String ofArn(String arn) {
        return arn.split(":")[1];
    }
}
