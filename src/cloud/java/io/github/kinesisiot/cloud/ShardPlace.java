package io.github.kinesisiot.cloud;

/** A shard of a stream. */
record ShardPlace(String stream, String shard) {}
