/** Where a record goes that cannot be published: stored whole before it counts as settled. */
package io.github.kinesisiot.deadletter;
