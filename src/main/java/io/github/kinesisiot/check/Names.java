package io.github.kinesisiot.check;

import io.github.kinesisiot.config.Key;
import io.github.kinesisiot.config.RoleSettings;
import io.github.kinesisiot.config.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.arns.Arn;

/** The ARNs and the statements that these settings come to. What is not known, of the source account, stands in angle brackets. */
final class Names {

    static final String UNKNOWN_SOURCE = "<source account>";

    /** What GetCallerIdentity answers to a session of a role. The role's path is not in it. */
    private static final Pattern SESSION = Pattern.compile("arn:([^:]+):sts::(\\d+):assumed-role/([^/]+)/(.*)");

    /** Roles of IAM Identity Center, which always have a path, with a region in it or not. */
    private static final String IDENTITY_CENTER = "AWSReservedSSO_";

    /** How EKS Pod Identity names its sessions, whose session tags go along into the next role. */
    private static final String POD_IDENTITY = "eks-";

    private static final String TAG_SESSION = "sts:TagSession";

    private static final List<String> READ = List.of(
            "kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords");

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

    /** Whether the stream is known to belong to another account than the bridge's. */
    boolean foreignStream() {
        return givenStreamArn()
                .flatMap(Arn::accountId)
                .filter(id -> !source().id().orElse(id).equals(id))
                .isPresent();
    }

    Account streamOwner() {
        Optional<String> given = givenStreamArn().flatMap(Arn::accountId);
        if (foreignStream()) {
            return Account.stream(given.orElseThrow());
        }
        return given.isPresent() ? Account.source(given) : source();
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
        return session()
                .map(session -> session.group(3))
                .filter(role -> role.startsWith(IDENTITY_CENTER))
                .map(role -> "the permission set behind " + role)
                .or(() -> identity.map(arn -> principal()))
                .orElse("what the bridge runs as");
    }

    /**
     * What policies call the bridge's identity: a role, not the session of it that GetCallerIdentity answers with. In angle brackets
     * where that answer is not enough to know it.
     */
    String principal() {
        return session()
                .map(Names::roleOf)
                .or(() -> identity)
                .orElse("<ARN of the bridge's role in the source account>");
    }

    private static String roleOf(Matcher session) {
        String role = session.group(3);
        return role.startsWith(IDENTITY_CENTER)
                ? "<ARN of the role " + role + ">"
                : "arn:" + session.group(1) + ":iam::" + session.group(2) + ":role/" + role;
    }

    private Optional<Matcher> session() {
        return identity.map(SESSION::matcher).filter(Matcher::matches);
    }

    /** Beside each statement with a principal that was made of a session: IAM refuses one that lacks its path. */
    Optional<Fix> truePrincipal() {
        return session()
                .map(session -> session.group(3))
                .map(role -> Fix.in(
                        source(),
                        (role.startsWith(IDENTITY_CENTER)
                                        ? "The principal is the role of a person, as whom this check ran; the bridge will run as another one. The ARN of this one: "
                                        : "The principal is the role that this check ran as. If that role has a path, the path belongs into the ARN; AWS tells the whole ARN: ")
                                + "aws iam get-role --role-name " + role + " --query Role.Arn"));
    }

    /** Whether the bridge's own session has session tags that go along into the role. */
    boolean podIdentity() {
        return session()
                .filter(session -> session.group(4).startsWith(POD_IDENTITY))
                .isPresent();
    }

    Statement readTheStream() {
        return Statement.allow(READ, streamArn());
    }

    /** In the policy of the stream itself, when it belongs to another account than the bridge. */
    Statement letTheBridgeRead() {
        return Statement.share(READ, principal(), streamArn());
    }

    /** What enhanced fan-out needs besides. */
    Statement[] fanOut() {
        return new Statement[] {
            Statement.allow(List.of("kinesis:RegisterStreamConsumer"), streamArn()),
            Statement.allow(
                    List.of("kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"),
                    streamArn() + "/consumer/" + application() + ":*")
        };
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

    /** The caller's side of AssumeRole, as far as it is needed for the action that was refused. */
    Statement[] assumeTheRole(String refused) {
        return actions(refused, Map.of()).entrySet().stream()
                .map(action -> Statement.allow(action.getKey(), role.arn(), action.getValue()))
                .toArray(Statement[]::new);
    }

    /** The role's side. The external id is nobody's business, so it is named and not told. */
    Statement[] trustTheBridge(String refused) {
        Map<String, Map<String, Object>> externalId = role.externalId().isPresent()
                ? Map.of("StringEquals", Map.of("sts:ExternalId", "<the value of external.role.external-id>"))
                : Map.of();
        return actions(refused, externalId).entrySet().stream()
                .map(action -> Statement.trust(action.getKey(), principal(), action.getValue()))
                .toArray(Statement[]::new);
    }

    /** Each action with its condition. An action that STS asks for beside AssumeRole is refused when that one is allowed. */
    private Map<String, Map<String, Map<String, Object>>> actions(
            String refused, Map<String, Map<String, Object>> assumeRole) {
        Map<String, Map<String, Map<String, Object>>> actions = new LinkedHashMap<>();
        actions.put("sts:AssumeRole", assumeRole);
        boolean tagsOfItsOwn = podIdentity() || role.tags().isEmpty() && refused.equals(TAG_SESSION);
        if (tagsOfItsOwn || role.tags().isPresent()) {
            actions.put(
                    TAG_SESSION,
                    tagsOfItsOwn
                            ? Map.of()
                            : tagKeys(role.tags().orElseThrow().values().keySet().stream()
                                    .toList()));
        }
        role.sourceIdentity().ifPresent(name -> actions.put("sts:SetSourceIdentity", sourceIdentity(name)));
        if (!refused.equals("sts:AssumeRole") && actions.containsKey(refused)) {
            actions.keySet().retainAll(List.of(refused));
        }
        return actions;
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
