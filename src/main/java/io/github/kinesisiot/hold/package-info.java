/** What keeps a refusal that hits every record from draining the stream into the dead letter. */
package io.github.kinesisiot.hold;
