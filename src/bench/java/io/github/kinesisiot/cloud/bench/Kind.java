package io.github.kinesisiot.cloud.bench;

/** Who takes part, and under which name in the table. */
enum Kind {
    PAHO("raw Paho `MqttAsyncClient`, 10 connections (the floor)") {
        @Override
        Contender connect(Target target) throws Exception {
            return new PahoContender(target, CONNECTIONS);
        }
    },
    BRIDGE("**this sink**, 10 connections, no rate limit") {
        @Override
        Contender connect(Target target) throws Exception {
            return new BridgeContender(target, CONNECTIONS, 0);
        }
    },
    BRIDGE_QUOTA("**this sink**, 10 connections at 100/s") {
        @Override
        Contender connect(Target target) throws Exception {
            return new BridgeContender(target, CONNECTIONS, 100);
        }
    },
    STOCK("Camel's `paho-mqtt5`, 1 thread") {
        @Override
        Contender connect(Target target) throws Exception {
            return new StockContender(target, 1);
        }
    },
    STOCK_TEN("Camel's `paho-mqtt5`, 10 producers, 10 threads") {
        @Override
        Contender connect(Target target) throws Exception {
            return new StockContender(target, CONNECTIONS);
        }
    },
    CRT("AWS IoT Device SDK (CRT, native), 10 connections") {
        @Override
        Contender connect(Target target) throws Exception {
            return new CrtContender(target, CONNECTIONS);
        }
    };

    static final int CONNECTIONS = 10;

    private final String title;

    Kind(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    abstract Contender connect(Target target) throws Exception;
}
