/** The preflight: the bridge's way through both accounts, one step at a time, without touching what a running bridge holds. */
package io.github.kinesisiot.check;
