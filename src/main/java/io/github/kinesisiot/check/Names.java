package io.github.kinesisiot.check;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.RoleSettings;
import io.github.kinesisiot.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.arns.Arn;

/** The ARNs and the statements that these settings come to. What is not known, of the source account, stands in angle brackets. */
final class Names {

    static final String UNKNOWN_SOURCE = "<source account>";

    private final Settings settings;
    private final RoleSettings role;
    private final String partition;
    private volatile Optional<String> identity = Optional.empty();

    Names(Settings settings) {
        this.settings = settings;
        this.role = settings.role();
        this.partition = role.arn().split(":")[1];
    }

    /** @param arn as GetCallerIdentity gives it */
    void identity(String arn) {
        identity = Optional.of(arn);
    }

    String region() {
        return value(Key.KINESIS_REGION);
    }

    String application() {
        return value(Key.KINESIS_APPLICATION);
    }

    /** The plain name, also when an ARN was given. */
    String stream() {
        String given = value(Key.KINESIS_STREAM);
        return given.substring(given.lastIndexOf('/') + 1);
    }

    Optional<Arn> givenStreamArn() {
        return Optional.of(value(Key.KINESIS_STREAM))
                .filter(given -> given.startsWith("arn:"))
                .map(Arn::fromString);
    }

    Account source() {
        return Account.source(identity.map(arn -> arn.split(":")[4]));
    }

    Account streamOwner() {
        return givenStreamArn()
                .flatMap(Arn::accountId)
                .map(id -> Account.source(Optional.of(id)))
                .orElseGet(this::source);
    }

    Account target() {
        return Account.target(role.account());
    }

    String streamArn() {
        return givenStreamArn()
                .map(Arn::toString)
                .orElseGet(() -> arn("kinesis", region(), source().id().orElse(UNKNOWN_SOURCE), "stream/" + stream()));
    }

    String tableArn() {
        return arn("dynamodb", region(), source().id().orElse(UNKNOWN_SOURCE), "table/" + application());
    }

    String iotArn(String region, String resource) {
        return arn("iot", region, role.account(), resource);
    }

    private String arn(String service, String region, String account, String resource) {
        return String.join(":", "arn", partition, service, region, account, resource);
    }

    /** Who the bridge is, in words. */
    String bridge() {
        return identity.map(arn -> principal()).orElse("what the bridge runs as");
    }

    /** What policies call the bridge's identity: a role, not the session of it that GetCallerIdentity answers with. */
    String principal() {
        return identity.map(Names::withoutSession).orElse("<ARN of the bridge's role in the source account>");
    }

    private static String withoutSession(String arn) {
        String[] parts = arn.split(":", 6);
        if (parts.length < 6 || !parts[5].startsWith("assumed-role/")) {
            return arn;
        }
        return "arn:" + parts[1] + ":iam::" + parts[4] + ":role/" + parts[5].split("/")[1];
    }

    Statement readTheStream() {
        return Statement.allow(
                List.of(
                        "kinesis:DescribeStreamSummary",
                        "kinesis:ListShards",
                        "kinesis:GetShardIterator",
                        "kinesis:GetRecords"),
                streamArn());
    }

    Statement keepLeasesAndCheckpoints() {
        return Statement.allow(
                List.of(
                        "dynamodb:CreateTable",
                        "dynamodb:DescribeTable",
                        "dynamodb:Scan",
                        "dynamodb:GetItem",
                        "dynamodb:PutItem",
                        "dynamodb:UpdateItem",
                        "dynamodb:DeleteItem"),
                tableArn());
    }

    Statement decrypt(String key) {
        return Statement.allow(List.of("kms:Decrypt"), key);
    }

    /** The caller's side of AssumeRole. */
    Statement[] assumeTheRole() {
        List<Statement> statements = new ArrayList<>();
        statements.add(Statement.allow("sts:AssumeRole", role.arn(), Map.of()));
        role.tags()
                .ifPresent(tags -> statements.add(Statement.allow(
                        "sts:TagSession",
                        role.arn(),
                        tagKeys(tags.values().keySet().stream().toList()))));
        role.sourceIdentity()
                .ifPresent(name ->
                        statements.add(Statement.allow("sts:SetSourceIdentity", role.arn(), sourceIdentity(name))));
        return statements.toArray(Statement[]::new);
    }

    /** The role's side. The external id is nobody's business, so it is named and not told. */
    Statement[] trustTheBridge() {
        List<Statement> statements = new ArrayList<>();
        statements.add(Statement.trust(
                "sts:AssumeRole",
                principal(),
                role.externalId().isPresent()
                        ? Map.of("StringEquals", Map.of("sts:ExternalId", "<the value of external.role.external-id>"))
                        : Map.of()));
        role.tags()
                .ifPresent(tags -> statements.add(Statement.trust(
                        "sts:TagSession",
                        principal(),
                        tagKeys(tags.values().keySet().stream().toList()))));
        role.sourceIdentity()
                .ifPresent(name ->
                        statements.add(Statement.trust("sts:SetSourceIdentity", principal(), sourceIdentity(name))));
        return statements.toArray(Statement[]::new);
    }

    private static Map<String, Map<String, Object>> tagKeys(List<String> keys) {
        return Map.of("ForAllValues:StringEquals", Map.of("aws:TagKeys", keys));
    }

    private static Map<String, Map<String, Object>> sourceIdentity(String name) {
        return Map.of("StringEquals", Map.of("sts:SourceIdentity", name));
    }

    private String value(Key key) {
        return settings.get(key).orElseThrow();
    }
}
