package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.ReasonCoded;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * What is wrong with the source right now, one sentence per kind of problem, the latest last. A problem stays until {@link #over}.
 * Thread-safe.
 */
final class Problems {

    private final Map<String, String> sentences = new LinkedHashMap<>();

    synchronized void now(String kind, String sentence) {
        sentences.remove(kind);
        sentences.put(kind, sentence);
    }

    synchronized void over(String kind) {
        sentences.remove(kind);
    }

    synchronized Optional<String> latest() {
        return sentences.values().stream().reduce((earlier, later) -> later);
    }

    /** The exception that says most: the AWS service's own answer if there is one, else the innermost cause. */
    static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AwsServiceException) {
                return cause;
            }
            root = cause;
        }
        return root;
    }

    /** A stable code for the kind of failure: the bridge's own, AWS's, or the class. */
    static String code(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ReasonCoded coded) {
                return coded.reasonCode();
            }
        }
        Throwable root = root(failure);
        return root instanceof AwsServiceException refused && refused.awsErrorDetails() != null
                ? refused.awsErrorDetails().errorCode()
                : root == null ? "UNKNOWN" : root.getClass().getSimpleName();
    }

    /** One line: AWS's error code and message, or the class and message. */
    static String brief(Throwable failure) {
        if (failure instanceof AwsServiceException refused && refused.awsErrorDetails() != null) {
            return refused.awsErrorDetails().errorCode() + ", HTTP " + refused.statusCode() + ": "
                    + refused.awsErrorDetails().errorMessage();
        }
        Throwable named = failure instanceof CompletionException || failure instanceof ExecutionException
                ? root(failure)
                : failure;
        String message = named.getMessage();
        String name = named.getClass().getSimpleName();
        return message == null
                ? name
                : name + ": " + message.lines().findFirst().orElse("");
    }
}
