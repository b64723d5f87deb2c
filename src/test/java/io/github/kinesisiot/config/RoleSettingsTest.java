package io.github.kinesisiot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The role of a bean in a YAML file. */
class RoleSettingsTest {

    private static final String ARN = "arn:aws:iam::333333333333:role/bridge";

    @Test
    void aFurtherRoleIsAskedForAsItsBeanSays() throws Exception {
        var role = RoleSettings.further("second", ARN, "bridge-1", "2h", "shared-word");
        assertThat(role.arn()).isEqualTo(ARN);
        assertThat(role.account()).isEqualTo("333333333333");
        assertThat(role.sessionName()).isEqualTo("bridge-1");
        assertThat(role.sessionDuration()).isEqualTo(Duration.ofHours(2));
        assertThat(role.externalId()).contains("shared-word");
    }

    // A placeholder without a value leaves an empty text, which STS refuses as an external id.
    @Test
    void aBlankExternalIdIsNone() throws Exception {
        assertThat(RoleSettings.further("second", ARN, "bridge-1", "3600s", " ").externalId())
                .isEmpty();
    }

    // One restart for each slip, and an external id in the log.
    @Test
    void allProblemsAreToldAtOnceByBeanAndPropertyAndNoValueIs() {
        SettingsException refused = catchThrowableOfType(
                SettingsException.class,
                () -> RoleSettings.further("second", null, "no blanks", "899s", "secret word"));
        assertThat(refused.problems())
                .extracting(Problem::key)
                .containsExactly("arn", "sessionName", "sessionDuration", "externalId");
        assertThat(refused.problems()).extracting(Problem::where).containsOnly("bean of role 'second'");
        assertThat(refused.problems().get(0).wrong()).isEqualTo("it is required and not set");
        assertThat(refused.getMessage()).contains("900s to 12h").doesNotContain("secret word");
    }

    // Two series of one name: the second role would be measured by the first one's session, or not at all.
    @Test
    void aFurtherRoleDoesNotTakeTheNameOfTheFirst() {
        SettingsException refused = catchThrowableOfType(
                SettingsException.class, () -> RoleSettings.further("target", ARN, "bridge-1", "3600s", ""));
        assertThat(refused.problems()).extracting(Problem::key).containsExactly("name");
    }
}
