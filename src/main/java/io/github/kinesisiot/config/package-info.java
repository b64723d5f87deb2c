/** Settings: every key of the contract in one place, read from file, environment and system properties, checked all at once. */
package io.github.kinesisiot.config;
