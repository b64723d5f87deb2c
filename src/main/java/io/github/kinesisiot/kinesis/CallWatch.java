package io.github.kinesisiot.kinesis;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;

/**
 * Watches the calls KCL makes to Kinesis and DynamoDB, because KCL keeps their failures to itself: a call that fails becomes the source's
 * problem until the same call succeeds, and is logged with its action, its target and AWS's answer. Answers that are part of KCL's
 * normal course are not failures. Thread-safe.
 */
final class CallWatch implements ExecutionInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(CallWatch.class);

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
        if (normal(failure)) {
            return;
        }
        String call = call(attributes);
        String target = call.startsWith("dynamodb:") ? "lease table " + table : "stream " + stream;
        String what = failure instanceof AwsServiceException ? "refused" : "failed";
        problems.now(call, call + " on " + target + " " + what + " (" + Problems.brief(failure) + ")");
        faults.report(
                call,
                more -> LOG.warn(
                        "{} on {} {} ({}); it is tried again; {} more since the last report",
                        call,
                        target,
                        what,
                        Problems.brief(failure),
                        more));
    }

    private static boolean normal(Throwable failure) {
        return failure instanceof ConditionalCheckFailedException
                || failure instanceof ResourceInUseException
                || failure instanceof ResourceNotFoundException
                || failure instanceof ExpiredIteratorException
                || failure instanceof InterruptedException
                || failure instanceof java.util.concurrent.CancellationException;
    }

    private static String call(ExecutionAttributes attributes) {
        String service = String.valueOf(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
        String operation = String.valueOf(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
        return service.toLowerCase(java.util.Locale.ROOT) + ":" + operation;
    }
}
