package dev.sluice.cli;

import java.io.PrintWriter;
import java.util.function.Supplier;

/// While a run on AWS is followed: a process that is told to end (Ctrl-C, SIGTERM) says that the run goes
/// on, and how to come back to it.
record Detaching(String run, String environment, PrintWriter err) {
    <T> T during(Supplier<T> following) {
        Thread hook = new Thread(this::say, "detaching");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return following.get();
        } finally {
            forget(hook);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The hook has said it, or does so now.
            return;
        }
    }

    private void say() {
        err.println();
        err.println("sluice: not following run %s any more; it goes on.".formatted(run));
        err.println("  how it is:     sluice runs --env " + environment);
        err.println("  how fresh:     sluice status --env " + environment);
        err.println("  follow again:  the same command with --run-id " + run);
        err.println("  end it:        sluice stop %s --env %s".formatted(run, environment));
        err.flush();
    }
}
