/**
 * MQTT over WebSocket, or plain, on the socket's own streams; signed afresh for every connection attempt, each packet of the broker's
 * checked, plugged into Paho through its SPI.
 */
package io.github.kinesisiot.iot.websocket;
