/** The session of the target account's role: assumed with the source credentials, and again before each session ends. */
package io.github.kinesisiot.credentials;
