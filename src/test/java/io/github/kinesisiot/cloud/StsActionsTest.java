package io.github.kinesisiot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kinesisiot.time.VirtualTime;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What AWS documents of STS, refusal by refusal: a stand-in that takes more lets a setting pass that AWS refuses. */
class StsActionsTest {
    private static final Duration HOURS = Duration.ofHours(12);
    private static final String GOOD_STATEMENT = "{\"Effect\":\"Allow\",\"Action\":\"iot:*\",\"Resource\":\"*\"}";

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final Identities identities = new Identities(time);
    private final WebIdentityProvider provider = new WebIdentityProvider(time);
    private final RoleTrust open =
            new RoleTrust(Accounts.BRIDGE_ROLE_ARN, Optional.empty(), true, true, HOURS, Duration.ofMinutes(15));
    private final StsActions sts = new StsActions(identities, open, Optional.of(provider), Duration.ofMinutes(15));
    private final Identity bridge = identities.issueSource("bridge", HOURS);
    private final Map<String, String> request = new HashMap<>(Map.of(
            "Action", "AssumeRole",
            "RoleArn", Accounts.ROLE_ARN,
            "RoleSessionName", "bridge-1"));

    @Test
    void aRequestThatKeepsToTheRulesIsAnsweredWithASessionOfTheRole() {
        request.put("SourceIdentity", "alice");
        request.put("Policy", policy(GOOD_STATEMENT));
        assertThat(answer())
                .contains("<Arn>arn:aws:sts::222222222222:assumed-role/kinesis-iot-bridge/bridge-1</Arn>")
                .contains("<Expiration>2026-11-22T12:15:00Z</Expiration>")
                .contains("<SourceIdentity>alice</SourceIdentity>", "<PackedPolicySize>");
        assertThat(identities.sessions()).hasSize(1);
    }

    // The bridge's own default is an hour: with more than that every bridge that runs as a role stands still.
    @Test
    void aCallerThatIsASessionItselfMayAskForAnHourAtMost() {
        request.put("DurationSeconds", "3600");
        assertThat(answer()).contains("<Credentials>");
        request.put("DurationSeconds", "3601");
        assertRefused(
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
        sts.trust(new RoleTrust(Accounts.BRIDGE_USER_ARN, Optional.empty(), true, true, HOURS, HOURS));
        assertThat(answer(identities.user())).contains("<Credentials>");
    }

    @Test
    void aDurationAboveTheRolesOwnMaximumIsRefused() {
        sts.trust(new RoleTrust(
                Accounts.BRIDGE_USER_ARN, Optional.empty(), true, true, Duration.ofHours(2), Duration.ofHours(1)));
        request.put("DurationSeconds", "7201");
        assertThatThrownBy(() -> answer(identities.user()))
                .hasMessage("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RoleArn         | arn:aws:iam         | Value 'arn:aws:iam' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20
            RoleArn         | kinesis-iot-bridge-role | kinesis-iot-bridge-role is invalid
            RoleArn         | arn:aws:iam::222222222222:user/bridge | Request ARN is invalid
            RoleArn         | arn:aws:iam::2222:role/bridge         | Request ARN is invalid
            RoleSessionName | x                   | Value 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2
            RoleSessionName | no blanks           | Value 'no blanks' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*
            ExternalId      | x                   | Value 'x' at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2
            ExternalId      | tenant#7            | Value 'tenant#7' at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*
            SourceIdentity  | a                   | Value 'a' at 'sourceIdentity' failed to satisfy constraint: Member must have length greater than or equal to 2
            SourceIdentity  | aws:alice           | Value 'aws:alice' at 'sourceIdentity' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*
            DurationSeconds | 899                 | Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900
            DurationSeconds | 43201               | Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200
            """)
    void aParameterThatIsNotWhatAwsTakesIsRefusedInAwssWords(String parameter, String value, String words) {
        request.put(parameter, value);
        boolean constraint = words.startsWith("Value");
        assertRefused(400, "ValidationError", (constraint ? "1 validation error detected: " : "") + words);
    }

    @ParameterizedTest
    @CsvSource({"RoleSessionName,64", "ExternalId,1224", "SourceIdentity,64"})
    void aTextIsTakenUpToItsLongestAndNoFurther(String parameter, int longest) {
        request.put(parameter, "x".repeat(longest));
        assertThat(answer()).contains("<Credentials>");
        request.put(parameter, "x".repeat(longest + 1));
        assertThatThrownBy(this::answer)
                .hasMessageEndingWith("Member must have length less than or equal to " + longest);
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        request.remove("RoleSessionName");
        request.put("DurationSeconds", "1");
        assertRefused(
                400,
                "ValidationError",
                "2 validation errors detected: Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null;"
                        + " Value '1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                     | Policy document must be version 2012-10-17 or greater.
            {"Statement":[%s]}                                     | Policy document must be version 2012-10-17 or greater.
            {"Version":"2012-10-17"}                               | Syntax errors in policy.
            {"Version":"2012-10-17","Statement":[]}                | Syntax errors in policy.
            {"Version":"2012-10-17","Statement":[%s]               | This policy contains invalid Json
            {"Version":"2012-10-17","Statement":[%s]} {}           | This policy contains invalid Json
            []                                                     | Syntax errors in policy.
            {"Version":"2012-10-17","Statement":[{"Effect":"Maybe","Action":"iot:*","Resource":"*"}]} | Syntax errors in policy.
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}  | Policy statement must contain actions.
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*"}]} | Policy statement must contain resources.
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*","Principal":"*"}]} | Policy document should not specify a principal.
            """)
    void anInlinePolicyMustBeOne(String policy, String words) {
        request.put("Policy", policy.replace("%s", GOOD_STATEMENT));
        assertRefused(400, "MalformedPolicyDocument", words);
    }

    @Test
    void anInlinePolicyMayBe2048CharactersLong() {
        String policy = policy(GOOD_STATEMENT);
        request.put("Policy", policy + " ".repeat(2048 - policy.length()));
        assertThat(answer()).contains("<Credentials>");
        request.put("Policy", policy + " ".repeat(2049 - policy.length()));
        assertThatThrownBy(this::answer)
                .hasMessageEndingWith(
                        "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048");
    }

    @Test
    void policiesAreCountedTogether() {
        String policy = policy(GOOD_STATEMENT);
        request.put("Policy", policy + " ".repeat(2000 - policy.length()));
        request.put("PolicyArns.member.1.arn", "arn:aws:iam::222222222222:policy/" + "x".repeat(80));
        assertRefused(
                400,
                "PackedPolicyTooLarge",
                "Packed policy consumes 103% of allotted space, please use smaller policy.");
    }

    @Test
    void policyArnsAreTenAtMostAndOfPolicies() {
        for (int i = 1; i <= 10; i++) {
            request.put("PolicyArns.member." + i + ".arn", "arn:aws:iam::222222222222:policy/p" + i);
        }
        assertThat(answer()).contains("<Credentials>");
        request.put("PolicyArns.member.10.arn", "arn:aws:iam::222222222222:role/p10");
        assertRefused(400, "ValidationError", "ARN arn:aws:iam::222222222222:role/p10 is not valid.");
        request.put("PolicyArns.member.11.arn", "arn:aws:iam::aws:policy/p11");
        assertThatThrownBy(this::answer)
                .hasMessageEndingWith(
                        "at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10");
    }

    @Test
    void tagsAreFiftyAtMost() {
        for (int i = 1; i <= 50; i++) {
            tag(i, "key-" + i, "");
        }
        assertThat(answer()).contains("<Credentials>");
        tag(51, "key-51", "");
        assertThatThrownBy(this::answer)
                .hasMessageEndingWith(
                        "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50");
    }

    @Test
    void aTagIsOfLegalCharactersAndLengths() {
        tag(1, "k".repeat(128), "v".repeat(256));
        tag(2, "Größe: 1/2+3=4.5_6-7@8", "");
        assertThat(answer()).contains("<Credentials>");
        tag(1, "k".repeat(129), "");
        assertThatThrownBy(this::answer)
                .hasMessageEndingWith(
                        "at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128");
        tag(1, "team", "v".repeat(257));
        assertThatThrownBy(this::answer)
                .hasMessageEndingWith(
                        "at 'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 256");
        tag(1, "team!", "iot");
        assertRefused(
                400,
                "ValidationError",
                "1 validation error detected: Value 'team!' at 'tags.1.member.key' failed to satisfy constraint:"
                        + " Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+");
    }

    @Test
    void aTagComesOnceWhateverItsCase() {
        tag(1, "Team", "iot");
        tag(2, "team", "web");
        assertRefused(
                400,
                "InvalidParameterValue",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }

    @Test
    void aTransitiveTagIsOneOfThoseSent() {
        tag(1, "Team", "iot");
        request.put("TransitiveTagKeys.member.1", "team");
        assertThat(answer()).contains("<Credentials>");
        request.put("TransitiveTagKeys.member.2", "cost");
        assertRefused(
                400,
                "InvalidParameterValue",
                "The specified transitive tag key must be included in the requested tags.");
    }

    @Test
    void tagsThatDoNotFitThePackedFormAreRefused() {
        for (int i = 1; i <= 50; i++) {
            // Nothing that repeats, so that no packing helps.
            String text = new java.util.Random(i)
                    .ints(256, 'a', 'z' + 1)
                    .mapToObj(c -> String.valueOf((char) c))
                    .collect(Collectors.joining());
            tag(i, "key-" + i, text);
        }
        assertThatThrownBy(this::answer)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("PackedPolicyTooLarge"))
                .hasMessageMatching("Packed policy consumes \\d{3}% of allotted space, please use smaller policy\\.");
    }

    // Both sides must allow it; the bridge's sentence names the action that is missing.
    @Test
    void tagsNeedTagSessionInTheTrust() {
        sts.trust(new RoleTrust(Accounts.BRIDGE_ROLE_ARN, Optional.empty(), false, true, HOURS, HOURS));
        assertThat(answer()).contains("<Credentials>");
        tag(1, "team", "iot");
        assertDenied("sts:TagSession");
    }

    @Test
    void aSourceIdentityNeedsSetSourceIdentityInTheTrust() {
        sts.trust(new RoleTrust(Accounts.BRIDGE_ROLE_ARN, Optional.empty(), true, false, HOURS, HOURS));
        assertThat(answer()).contains("<Credentials>");
        request.put("SourceIdentity", "alice");
        assertDenied("sts:SetSourceIdentity");
    }

    @Test
    void onlyThePrincipalOfTheTrustWithItsExternalIdMayAssumeTheRole() {
        assertThatThrownBy(() -> answer(identities.user()))
                .hasMessage("User: arn:aws:iam::111111111111:user/bridge is not authorized to perform: sts:AssumeRole"
                        + " on resource: arn:aws:iam::222222222222:role/kinesis-iot-bridge");
        sts.trust(new RoleTrust(Accounts.BRIDGE_ROLE_ARN, Optional.of("tenant-7"), true, true, HOURS, HOURS));
        assertDenied("sts:AssumeRole");
        request.put("ExternalId", "tenant-8");
        assertDenied("sts:AssumeRole");
        request.put("ExternalId", "tenant-7");
        assertThat(answer()).contains("<Credentials>");
        request.put("RoleArn", Accounts.ROLE_ARN + "-2");
        assertThatThrownBy(this::answer).hasMessageEndingWith(Accounts.ROLE_ARN + "-2");
    }

    // "Revoke active sessions" denies those from before, and nobody who comes after.
    @Test
    void aRevocationHoldsForOlderSessionsOnly() {
        Identity older = identities.issue("older", HOURS);
        time.advance(Duration.ofMillis(1));
        identities.revokeOlderSessions(Accounts.ROLE_ARN);
        assertThat(identities.isRevoked(older)).isTrue();
        assertThat(identities.isRevoked(identities.issue("newer", HOURS))).isFalse();
        assertThat(identities.isRevoked(identities.issue(Accounts.SECOND_TARGET, "elsewhere", HOURS)))
                .isFalse();
        assertThat(identities.isRevoked(bridge)).isFalse();

        identities.revokeOlderSessions(Accounts.BRIDGE_ROLE_ARN);
        assertThatThrownBy(this::answer).hasMessageEndingWith("with an explicit deny in an identity-based policy");
        request.put("Action", "GetCallerIdentity");
        assertThat(answer()).as("no policy forbids this").contains("<Account>111111111111</Account>");
    }

    @Test
    void aTokenOfTheTrustedProviderIsWorthASessionOfTheBridgesRole() {
        webIdentity(provider.issue(Duration.ofMinutes(10)));
        assertThat(sts.answer(Optional.empty(), parameters(), "id"))
                .contains("<AssumeRoleWithWebIdentityResult>")
                .contains("<Arn>arn:aws:sts::111111111111:assumed-role/bridge/bridge-1</Arn>")
                .contains("<SubjectFromWebIdentityToken>system:serviceaccount:");
    }

    @Test
    void aTokenThatHasEndedIsRefused() {
        webIdentity(provider.issue(Duration.ofMinutes(10)));
        time.advance(Duration.ofMinutes(10));
        assertTokenRefused(
                "ExpiredTokenException",
                "Token expired: current date/time 1795349400 must be before the expiration date/time 1795349400");
    }

    @Test
    void aTokenOfSomebodyElseIsRefused() {
        webIdentity(new WebIdentityProvider(time).issue(Duration.ofMinutes(10)));
        assertTokenRefused(
                "InvalidIdentityToken",
                "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity"
                        + " documentation for requirements");
        webIdentity(provider.issue("https://elsewhere.example", "sts.amazonaws.com", Duration.ofMinutes(10)));
        assertTokenRefused(
                "InvalidIdentityToken",
                "No OpenIDConnect provider found in your account for https://elsewhere.example");
        webIdentity(provider.issue("https://oidc.local-cloud.example/id/1", "other", Duration.ofMinutes(10)));
        assertTokenRefused("InvalidIdentityToken", "Incorrect token audience");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no token at all", "a.b.c", "a.e30", "IQoJ"})
    void whatIsNoTokenIsRefused(String text) {
        webIdentity(text);
        assertThatThrownBy(() -> sts.answer(Optional.empty(), parameters(), "id"))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("InvalidIdentityToken"));
    }

    @Test
    void aTokenIsWorthNothingAtARoleThatDoesNotTrustItsProvider() {
        webIdentity(provider.issue(Duration.ofMinutes(10)));
        request.put("RoleArn", Accounts.ROLE_ARN);
        assertThatThrownBy(() -> sts.answer(Optional.empty(), parameters(), "id"))
                .hasMessage("Not authorized to perform sts:AssumeRoleWithWebIdentity");
        webIdentity(provider.issue(Duration.ofMinutes(10)));
        StsActions withoutProvider = new StsActions(identities, open, Optional.empty(), HOURS);
        assertThatThrownBy(() -> withoutProvider.answer(Optional.empty(), parameters(), "id"))
                .hasMessage("Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }

    // What STS was asked is kept for tests to look at, and printed when they fail.
    @Test
    void aTokenIsNotAmongTheParametersThatAreKept() {
        String token = provider.issue(Duration.ofMinutes(10));
        webIdentity(token);
        assertThat(parameters().toString()).contains("RoleSessionName").doesNotContain(token);
        assertThat(parameters().withoutSecrets()).doesNotContainKey("WebIdentityToken");
    }

    @Test
    void anActionThatIsTakenAwayIsDeniedByItsName() {
        assertThat(StsActions.denied(Optional.of(bridge), parameters()))
                .hasMessage("User: arn:aws:sts::111111111111:assumed-role/bridge/bridge is not authorized to perform:"
                        + " sts:AssumeRole on resource: arn:aws:iam::222222222222:role/kinesis-iot-bridge");
        request.put("Action", "GetCallerIdentity");
        assertThat(StsActions.denied(Optional.of(bridge), parameters()))
                .hasMessage(
                        "User: arn:aws:sts::111111111111:assumed-role/bridge/bridge is not authorized to perform:"
                                + " sts:GetCallerIdentity because no VPC endpoint policy allows the sts:GetCallerIdentity action");
        request.put("Action", "AssumeRoleWithWebIdentity");
        assertThat(StsActions.denied(Optional.empty(), parameters()))
                .hasMessage("Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }

    private void webIdentity(String token) {
        request.put("Action", "AssumeRoleWithWebIdentity");
        request.put("RoleArn", Accounts.BRIDGE_ROLE_ARN);
        request.put("WebIdentityToken", token);
    }

    private void tag(int number, String key, String value) {
        request.put("Tags.member." + number + ".Key", key);
        request.put("Tags.member." + number + ".Value", value);
    }

    private static String policy(String statement) {
        return "{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}";
    }

    private String answer() {
        return answer(bridge);
    }

    private String answer(Identity caller) {
        return sts.answer(Optional.of(caller), parameters(), "request-1");
    }

    /** As they come over the wire. */
    private StsParameters parameters() {
        String form = new LinkedHashMap<>(request)
                .entrySet().stream()
                        .map(entry ->
                                entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return StsParameters.parse(form.getBytes(StandardCharsets.UTF_8));
    }

    private void assertDenied(String action) {
        assertRefused(
                403,
                "AccessDenied",
                "User: arn:aws:sts::111111111111:assumed-role/bridge/bridge is not authorized to perform: " + action
                        + " on resource: arn:aws:iam::222222222222:role/kinesis-iot-bridge");
    }

    private void assertTokenRefused(String code, String message) {
        assertThatThrownBy(() -> sts.answer(Optional.empty(), parameters(), "id"))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(message);
    }

    private void assertRefused(int status, String code, String message) {
        assertThatThrownBy(this::answer)
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.status()).isEqualTo(status);
                })
                .hasMessage(message);
    }
}
