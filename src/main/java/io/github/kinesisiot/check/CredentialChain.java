package io.github.kinesisiot.check;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What the SDK says when no part of its chain has credentials: a page in which the one part that was set up, and failed, is hard to find. */
final class CredentialChain {

    private static final String NONE =
            "the SDK's default chain found no SOURCE credentials: no environment variables, profile, web identity, task or instance role";

    /** What a part says that nobody has set up. */
    private static final List<String> NOT_SET_UP = List.of(
            "Unable to load credentials from system settings",
            "Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty",
            "Profile file contained no credentials for profile 'default'",
            "Cannot fetch credentials from container - neither",
            "Failed to load credentials from IMDS",
            "IMDS credentials have been disabled");

    private CredentialChain() {}

    static String sentence(String message) {
        String[] halves = String.valueOf(message).split("\\) : \\[", 2);
        if (halves.length < 2) {
            return NONE;
        }
        String unusual = Arrays.stream(halves[1].split(", (?=\\w+CredentialsProvider\\()"))
                .filter(part -> NOT_SET_UP.stream().noneMatch(part::contains))
                // Neither the settings of the part nor what else is in the profile file.
                .map(part -> part.replaceFirst("\\(.*?\\)+: ", ": ")
                        .replaceFirst(": ProfileFile\\(.*", "")
                        .replaceFirst("]$", ""))
                .collect(Collectors.joining("; "));
        return unusual.isEmpty() ? NONE : NONE + ". What was set up failed: " + Words.firstLine(unusual);
    }
}
