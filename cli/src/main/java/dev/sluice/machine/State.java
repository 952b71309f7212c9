package dev.sluice.machine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The states of the language, as far as they are supported; each record holds what the file says, checked. */
sealed interface State {
    String name();

    /** States that do something which may fail, and therefore have Retry and Catch. */
    sealed interface Work extends State {
        Exit exit();

        Recovery recovery();
    }

    record Task(String name, Template arguments, @Nullable Quantity timeoutSeconds, Exit exit, Recovery recovery)
            implements Work {}

    record Parallel(String name, @Nullable Template arguments, List<Flow> branches, Exit exit, Recovery recovery)
            implements Work {}

    record InlineMap(
            String name,
            @Nullable Template items,
            @Nullable Template itemSelector,
            Quantity maxConcurrency,
            Flow processor,
            Exit exit,
            Recovery recovery)
            implements Work {}

    record DistributedMap(
            String name,
            @Nullable Template items,
            @Nullable ItemReader itemReader,
            @Nullable Template itemSelector,
            Quantity maxConcurrency,
            Tolerance tolerance,
            @Nullable Template resultWriterArguments,
            String label,
            Flow processor,
            Exit exit,
            Recovery recovery)
            implements Work {}

    record Choice(String name, List<Rule> rules, @Nullable Exit otherwise) implements State {}

    record Pass(String name, Exit exit) implements State {}

    /** Exactly one of {@code seconds} and {@code timestamp} is present. */
    record Wait(
            String name,
            @Nullable Quantity seconds,
            @Nullable Template timestamp,
            Exit exit) implements State {}

    record Succeed(String name, @Nullable Template output) implements State {}

    record Fail(
            String name, @Nullable Template error, @Nullable Template cause) implements State {}

    /** How a flow goes on: where to (null: it ends), with which output (null: what the state has by default), with which variables. */
    record Exit(@Nullable String next, @Nullable Template output, Template.ObjectTemplate assign) {}

    record Rule(Template condition, Exit exit) {}

    record ItemReader(Template arguments, @Nullable Quantity maxItems) {}

    /** How many children of a distributed map may fail; without either, none. */
    record Tolerance(@Nullable Quantity count, @Nullable Quantity percentage) {}

    record Recovery(List<Retrier> retriers, List<Catcher> catchers) {}

    record Retrier(
            List<String> errorEquals,
            long intervalSeconds,
            long maxAttempts,
            double backoffRate,
            @Nullable Long maxDelaySeconds,
            boolean fullJitter) {}

    record Catcher(List<String> errorEquals, Exit exit) {}
}
