package io.github.kinesisiot.iot;

import io.github.kinesisiot.ReasonCoded;
import io.github.kinesisiot.iot.websocket.TlsProbe;
import java.time.Duration;
import java.util.Optional;

/** The way to the endpoint ended here. The message is for an operator and holds no secret. */
public final class ProbeException extends Exception implements ReasonCoded {

    private final String reasonCode;
    private final transient Optional<Duration> clockDifference;
    private final transient Optional<TlsProbe.Peer> shown;

    ProbeException(
            String reasonCode, String message, Optional<Duration> clockDifference, Optional<TlsProbe.Peer> shown) {
        super(message);
        this.reasonCode = reasonCode;
        this.clockDifference = clockDifference;
        this.shown = shown;
    }

    @Override
    public String reasonCode() {
        return reasonCode;
    }

    /** The endpoint's clock minus ours, where its refusal told the time. */
    public Optional<Duration> clockDifference() {
        return clockDifference;
    }

    /** The certificate that was not trusted. */
    public Optional<TlsProbe.Peer> shown() {
        return shown;
    }
}
