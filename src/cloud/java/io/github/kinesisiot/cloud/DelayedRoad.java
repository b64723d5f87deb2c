package io.github.kinesisiot.cloud;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;

/** A port on loopback that passes on to another one byte by byte, as late as a round trip says. Ends with {@link #close()}. */
public final class DelayedRoad implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private final Vertx vertx;
    private final long delayNanos;
    private final int port;

    public DelayedRoad(int toPort, Duration roundTrip) {
        this.vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true).setEventLoopPoolSize(1));
        this.delayNanos = roundTrip.toNanos() / 2;
        NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        NetServer server = vertx.createNetServer(
                        new NetServerOptions().setHost(LOOPBACK).setTcpNoDelay(true))
                .connectHandler(from -> {
                    from.pause();
                    client.connect(toPort, LOOPBACK)
                            .onSuccess(to -> join(from, to))
                            .onFailure(e -> from.close());
                });
        this.port = Futures.await(server.listen()).actualPort();
    }

    public int port() {
        return port;
    }

    private void join(NetSocket from, NetSocket to) {
        pass(from, to);
        pass(to, from);
        from.closeHandler(closed -> to.close());
        to.closeHandler(closed -> from.close());
        from.exceptionHandler(e -> from.close());
        to.exceptionHandler(e -> to.close());
        from.resume();
    }

    private void pass(NetSocket from, NetSocket to) {
        Delay delay = new Delay(vertx, () -> delayNanos);
        Valve valve = new Valve(from);
        from.handler(bytes -> delay.accept(() -> valve.write(to, bytes)));
    }

    @Override
    public void close() {
        Futures.await(vertx.close());
    }
}
