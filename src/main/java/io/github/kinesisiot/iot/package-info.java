/** The paho-mqtt5 component: an asynchronous producer on a pool of signed connections that checks every PUBACK. */
package io.github.kinesisiot.iot;
