/** The log: events with stable names, faults that repeat counted, plain lines or JSON. */
package io.github.kinesisiot.log;
