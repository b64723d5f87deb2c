/** MQTT over WebSocket on the socket's own streams, signed afresh for every connection attempt, plugged into Paho through its SPI. */
package io.github.kinesisiot.iot.websocket;
