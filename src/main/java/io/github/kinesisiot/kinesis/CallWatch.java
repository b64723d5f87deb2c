package io.github.kinesisiot.kinesis;

import io.github.kinesisiot.log.RepeatedFault;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;

/**
 * Watches the calls KCL makes to Kinesis and DynamoDB, because KCL keeps their failures to itself: a call that fails becomes the source's
 * problem until the same call succeeds, and is logged with its action, its target and AWS's answer. Answers that are part of KCL's
 * normal course are not failures. Thread-safe.
 */
final class CallWatch implements ExecutionInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(CallWatch.class);

    /** What KCL asks before it makes the table or registers the fan-out consumer. */
    private static final Set<String> LOOKS = Set.of("dynamodb:DescribeTable", "kinesis:DescribeStreamConsumer");

    private final String stream;
    private final String table;
    private final RepeatedFault faults;
    private final Problems problems;

    CallWatch(String stream, String table, RepeatedFault faults, Problems problems) {
        this.stream = stream;
        this.table = table;
        this.faults = faults;
        this.problems = problems;
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        String call = call(attributes);
        problems.over(call);
        faults.over(call);
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        Throwable failure = Problems.root(context.exception());
        String call = call(attributes);
        if (normal(call, failure)) {
            return;
        }
        String target = call.startsWith("dynamodb:") ? "lease table " + table : "stream " + stream;
        String what = failure instanceof AwsServiceException ? "refused" : "failed";
        problems.now(call, call + " on " + target + " " + what + " (" + Problems.brief(failure) + ")");
        faults.report(call, more -> LOG.atWarn()
                .addKeyValue("event", "call-failed")
                .addKeyValue("call", call)
                .addKeyValue("reason", Problems.code(failure))
                .addKeyValue("repeated", more)
                .log(
                        "{} on {} {} ({}); it is tried again{}",
                        call,
                        target,
                        what,
                        Problems.brief(failure),
                        RepeatedFault.more(more)));
    }

    /** Somebody else was first; not there yet and therefore made; an iterator to be renewed; the stop. */
    private static boolean normal(String call, Throwable failure) {
        return failure instanceof ConditionalCheckFailedException
                || failure instanceof ResourceInUseException
                || failure instanceof ExpiredIteratorException
                || failure instanceof InterruptedException
                || failure instanceof CancellationException
                || absent(failure) && LOOKS.contains(call);
    }

    private static boolean absent(Throwable failure) {
        return failure instanceof AwsServiceException refused
                && refused.awsErrorDetails() != null
                && "ResourceNotFoundException".equals(refused.awsErrorDetails().errorCode());
    }

    private static String call(ExecutionAttributes attributes) {
        String service = String.valueOf(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
        String operation = String.valueOf(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
        return service.toLowerCase(Locale.ROOT) + ":" + operation;
    }
}
