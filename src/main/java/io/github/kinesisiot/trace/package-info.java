/** One OpenTelemetry span for each record, from read to PUBACK. Nothing of it is loaded unless it is turned on. */
package io.github.kinesisiot.trace;
