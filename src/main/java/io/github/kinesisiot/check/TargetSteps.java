package io.github.kinesisiot.check;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.Settings;
import io.github.kinesisiot.credentials.AssumedSession;
import io.github.kinesisiot.credentials.RoleParameter;
import io.github.kinesisiot.credentials.RoleRequest;
import io.github.kinesisiot.credentials.StsTrouble;
import io.github.kinesisiot.iot.EndpointProbe;
import io.github.kinesisiot.iot.ProbeException;
import io.github.kinesisiot.iot.PublishException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/** The steps in the target account: its role, and its endpoint under a client id that no bridge uses. */
final class TargetSteps {

    static final String SUFFIX = "-check";

    private static final Duration TOLERATED_SKEW = Duration.ofMinutes(2);
    private static final byte[] PAYLOAD = "kinesis-iot-bridge check".getBytes(StandardCharsets.UTF_8);

    private final Settings settings;
    private final Names names;
    private final AwsClients aws;
    private final EndpointProbe probe;
    private final Clock clock;
    private volatile AssumedSession session;

    TargetSteps(Settings settings, Names names, AwsClients aws, EndpointProbe probe, Clock clock) {
        this.settings = settings;
        this.names = names;
        this.aws = aws;
        this.probe = probe;
        this.clock = clock;
    }

    Finding role() {
        try {
            // Once, as the bridge asks: the SDK's own retries would correct a wrong clock and hide it.
            AssumeRoleResponse answer = aws.sts.assumeRole(RoleRequest.of(settings.role()));
            var given = answer.credentials();
            session = new AssumedSession(
                    1,
                    AwsSessionCredentials.create(given.accessKeyId(), given.secretAccessKey(), given.sessionToken()),
                    clock.instant(),
                    given.expiration(),
                    answer.assumedRoleUser().arn());
            return Finding.ok(answer.assumedRoleUser().arn(), "until " + given.expiration());
        } catch (SdkException e) {
            return Finding.failed(roleFault(e));
        }
    }

    Fault roleFault(SdkException e) {
        StsTrouble trouble = StsTrouble.of(e);
        String cause = Words.firstLine(trouble.sentence(settings.role().arn(), e));
        return switch (trouble.name()) {
            case "ACCESS_DENIED" -> denied(cause, StsTrouble.refusedAction(e));
            case "DURATION_ABOVE_MAXIMUM" ->
                Fault.of(
                        trouble.name(),
                        cause,
                        names.target(),
                        Fix.here(
                                "Set external.role.session-duration (EXTERNAL_ROLE_SESSION_DURATION) to the MaxSessionDuration of the role or less; now it is "
                                        + settings.role().sessionDuration().toSeconds() + "s."),
                        Fix.in(
                                names.target(),
                                "Or raise MaxSessionDuration of "
                                        + settings.role().arn()
                                        + ", which helps only where the source credentials are not those of a role."));
            case "DURATION_ABOVE_CHAINED" ->
                Fault.of(
                        trouble.name(),
                        cause,
                        Account.HERE,
                        Fix.here(
                                "Set external.role.session-duration (EXTERNAL_ROLE_SESSION_DURATION) to 3600s or less; now it is "
                                        + settings.role().sessionDuration().toSeconds() + "s."));
            case "VALIDATION_ERROR" ->
                new Fault(
                        trouble.name(),
                        cause,
                        Account.HERE,
                        List.of(Fix.here("Correct "
                                + RoleParameter.settings(e.getMessage()).stream()
                                        .map(TargetSteps::withVariable)
                                        .collect(Collectors.joining(" or "))
                                + ".")));
            case "POLICY_REFUSED" ->
                Fault.of(
                        trouble.name(),
                        cause,
                        Account.HERE,
                        Fix.here(
                                "Shorten or correct external.role.policy, external.role.policy-arns and external.role.tags. Session tags of the source session that go along, as those of EKS Pod Identity, take their part of the size."));
            case "REGION_DISABLED" ->
                Fault.of(
                        trouble.name(),
                        cause,
                        names.target(),
                        Fix.in(
                                names.target(),
                                "Activate STS in region " + names.region() + " (IAM, account settings)."));
            case "CLOCK_SKEW" ->
                Fault.of(trouble.name(), cause, Account.HERE, Fix.here("Set the clock of this machine."));
            case "SOURCE_CREDENTIALS_EXPIRED", "SOURCE_CREDENTIALS_INVALID", "SOURCE_CREDENTIALS_MISSING" ->
                Fault.of(
                        trouble.name(),
                        cause,
                        names.source(),
                        Fix.in(names.source(), "Give the bridge valid credentials of the source account."));
            default ->
                Fault.of(
                        trouble.name(),
                        cause,
                        Account.HERE,
                        Fix.here("Check the way to " + aws.host("sts")
                                + ", or try again; the running bridge waits it out."));
        };
    }

    private Fault denied(String cause, String action) {
        List<Fix> fixes = new ArrayList<>();
        fixes.add(
                Fix.in(names.source(), "A policy of " + names.bridge() + " needs this:", names.assumeTheRole(action)));
        fixes.add(Fix.in(
                names.target(),
                "The trust policy of " + settings.role().arn() + " needs this:",
                names.trustTheBridge(action)));
        names.truePrincipal().ifPresent(fixes::add);
        if (action.equals("sts:AssumeRole")) {
            fixes.add(externalId());
        }
        fixes.add(Fix.in(Account.EITHER, "If both are there, a service control policy forbids it."));
        return new Fault("ACCESS_DENIED", cause, Account.EITHER, fixes);
    }

    private static String withVariable(String property) {
        return property + " (" + Key.ofProperty(property).orElseThrow().environmentVariable() + ")";
    }

    private Fix externalId() {
        return Fix.here(
                settings.role().externalId().isPresent()
                        ? "Compare external.role.external-id (EXTERNAL_ROLE_EXTERNAL_ID) with the sts:ExternalId that the trust policy asks for."
                        : "If the trust policy asks for an sts:ExternalId, set external.role.external-id (EXTERNAL_ROLE_EXTERNAL_ID): it is not set.");
    }

    Finding name() {
        try {
            List<String> addresses = probe.name();
            return Finding.ok(settings.get(Key.IOT_ENDPOINT).orElseThrow() + " is " + String.join(", ", addresses));
        } catch (ProbeException e) {
            return Finding.failed(Fault.of(
                    e.reasonCode(),
                    e.getMessage(),
                    Account.HERE,
                    endpoint(),
                    Fix.here(
                            "If it is right, this machine's DNS does not know it: a VPC endpoint needs private DNS.")));
        }
    }

    private Fix endpoint() {
        return Fix.here(
                "Check iot.endpoint (IOT_ENDPOINT): aws iot describe-endpoint --endpoint-type iot:Data-ATS, asked in the "
                        + names.target() + ".");
    }

    Finding tls() {
        try {
            var peer = probe.handshake();
            return Finding.ok(
                    peer.protocol(),
                    "certificate of " + peer.subject(),
                    "issued by " + peer.issuer(),
                    "valid until " + peer.validUntil());
        } catch (ProbeException e) {
            return Finding.failed(
                    switch (e.reasonCode()) {
                        case "TLS" -> untrusted(e);
                        case "SETTINGS" ->
                            Fault.of(
                                    e.reasonCode(),
                                    e.getMessage(),
                                    Account.HERE,
                                    Fix.here("Correct iot.ca-file (IOT_CA_FILE)."));
                        default ->
                            Fault.of(
                                    e.reasonCode(),
                                    e.getMessage(),
                                    Account.HERE,
                                    Fix.here(
                                            "Check port and firewalls on the way to the endpoint, and the security group of a VPC endpoint."),
                                    endpoint());
                    });
        }
    }

    private Fault untrusted(ProbeException e) {
        String shown = e.shown()
                .map(peer -> ". It shows a certificate of " + peer.subject() + ", issued by " + peer.issuer()
                        + ", valid until " + peer.validUntil())
                .orElse("");
        String change = settings.get(Key.IOT_CA_FILE)
                .map(file -> "iot.ca-file (IOT_CA_FILE) is " + file
                        + ": it has to hold the issuer's certificate. For an endpoint of AWS leave it unset.")
                .orElse(
                        "iot.ca-file (IOT_CA_FILE) is not set: give it the issuer's certificate as PEM, if the endpoint is private or a proxy opens TLS.");
        return Fault.of(e.reasonCode(), e.getMessage() + shown, Account.HERE, Fix.here(change), endpoint());
    }

    Finding connect() throws InterruptedException {
        try {
            probe.connect(session);
            return Finding.ok("client id " + probe.clientId());
        } catch (ProbeException e) {
            return Finding.failed(connectFault(e));
        }
    }

    private Fault connectFault(ProbeException e) {
        Fix connect = Fix.in(
                names.target(),
                "A policy of " + settings.role().arn() + " needs this:",
                Statement.allow(
                        List.of("iot:Connect"),
                        names.iotArn(region(), settings.iotResources().clients(value(Key.IOT_CLIENT_ID)))));
        boolean skewed = e.clockDifference()
                .map(difference -> difference.abs().compareTo(TOLERATED_SKEW) > 0)
                .orElse(false);
        if (skewed) {
            return Fault.of(
                    "CLOCK_SKEW", e.getMessage(), Account.HERE, Fix.here("Set the clock of this machine (NTP)."));
        }
        return switch (e.reasonCode()) {
            case "HTTP_403" ->
                Fault.of(
                        e.reasonCode(),
                        e.getMessage(),
                        names.target(),
                        Fix.here("iot.endpoint has to be that of the " + names.target()
                                + ", and iot.region its region; the request was signed for " + region() + "."),
                        connect);
            case "CONNACK_0x87", "DISCONNECT_0x87" -> Fault.of(e.reasonCode(), e.getMessage(), names.target(), connect);
            case "CONNACK_0x85" ->
                Fault.of(
                        e.reasonCode(),
                        e.getMessage(),
                        Account.HERE,
                        Fix.here("Set iot.client-id (IOT_CLIENT_ID) to another one."));
            default -> Fault.of(e.reasonCode(), e.getMessage(), names.target());
        };
    }

    Finding publish(String topic) throws InterruptedException {
        try {
            probe.publish(topic, PAYLOAD);
            return Finding.ok("PUBACK for one message of QoS 1 to " + topic);
        } catch (PublishException e) {
            boolean denied =
                    e.reasonCode().equals("NOT_AUTHORIZED") || e.getMessage().contains("0x87");
            return Finding.failed(new Fault(
                    e.reasonCode(),
                    e.getMessage(),
                    names.target(),
                    denied
                            ? List.of(Fix.in(
                                    names.target(),
                                    "A policy of " + settings.role().arn() + " needs this:",
                                    Statement.allow(
                                            List.of("iot:Publish"),
                                            names.iotArn(
                                                    region(),
                                                    settings.iotResources().topic(topic)))))
                            : List.of()));
        }
    }

    private String region() {
        return settings.iotRegion();
    }

    private String value(Key key) {
        return settings.get(key).orElseThrow();
    }
}
