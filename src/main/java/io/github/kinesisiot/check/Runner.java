package io.github.kinesisiot.check;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Runs the steps, those that do not need each other at the same time, each within its limit. A step that cannot be interrupted is left to
 * itself when its time is over: its threads have to be daemons.
 */
final class Runner {

    /** Another step that has to have ended before; what it came to decides whether this one is reached. */
    record Need(Step step, Predicate<Result> reached) {

        static Need ok(Step step) {
            return new Need(step, Result::ok);
        }

        /** Only failures of these codes, or its not being reached, keep the step back. */
        static Need unless(Step step, List<String> codes) {
            return new Need(step, result -> !result.keepsOthersBack(codes));
        }
    }

    record Task(Step step, List<Need> needs, Callable<Finding> action, Duration limit) {}

    private final ExecutorService threads;
    private final LongSupplier nanos;

    /** @param threads as many as there are tasks */
    Runner(ExecutorService threads, LongSupplier nanos) {
        this.threads = threads;
        this.nanos = nanos;
    }

    /**
     * @param tasks a task's needs stand before it
     * @param ended hears of each result, in the order of the steps, as soon as those before it are known
     */
    void run(List<Task> tasks, Consumer<Result> ended) {
        // Sorted by step, whatever the order in which they need each other.
        Map<Step, CompletableFuture<Result>> results = new EnumMap<>(Step.class);
        for (Task task : tasks) {
            List<CompletableFuture<Result>> before =
                    task.needs().stream().map(need -> results.get(need.step())).toList();
            results.put(
                    task.step(),
                    CompletableFuture.allOf(before.toArray(CompletableFuture[]::new))
                            .thenCompose(all -> start(task, results)));
        }
        results.values().forEach(result -> ended.accept(result.join()));
    }

    private CompletableFuture<Result> start(Task task, Map<Step, CompletableFuture<Result>> results) {
        Optional<Need> missing = task.needs().stream()
                .filter(need -> !need.reached().test(results.get(need.step()).join()))
                .findFirst();
        if (missing.isPresent()) {
            return CompletableFuture.completedFuture(
                    Result.notReached(task.step(), missing.get().step()));
        }
        long begun = nanos.getAsLong();
        return CompletableFuture.supplyAsync(() -> call(task), threads)
                .orTimeout(task.limit().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> Finding.failed(fault(task, failure)))
                .thenApply(finding ->
                        Result.of(task.step(), TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begun), finding));
    }

    private static Finding call(Task task) {
        try {
            return task.action().call();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static Fault fault(Task task, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return Fault.of(
                    "TIMEOUT",
                    "there was no answer within " + task.limit().toSeconds() + " s",
                    Account.HERE,
                    Fix.here(
                            "Look at what is between here and there: DNS, firewalls, a proxy, the security group of a VPC endpoint."));
        }
        return Fault.of("UNEXPECTED", Sentences.chain(cause), Account.HERE);
    }
}
