package dev.sluice.snowflake;

import java.util.List;
import java.util.Optional;

/// `SYSTEM$…`
final class SystemFunctions {
    private final Run run;

    SystemFunctions(Run run) {
        this.run = run;
    }

    Optional<Typed> call(String name, List<String> arguments) {
        return Optional.ofNullable(
                switch (name) {
                    case "SYSTEM$ABORT_SESSION" -> abortSession(Long.parseLong(arguments.getFirst()));
                    case "SYSTEM$ABORT_TRANSACTION" -> abortTransaction(Long.parseLong(arguments.getFirst()));
                    case "SYSTEM$CANCEL_QUERY" -> cancel(arguments.getFirst());
                    case "SYSTEM$CANCEL_ALL_QUERIES" -> cancelAll(Long.parseLong(arguments.getFirst()));
                    case "SYSTEM$WAIT" -> sleep(arguments);
                    case "SYSTEM$TYPEOF" -> null;
                    default -> null;
                });
    }

    private Typed abortSession(long id) {
        Session session = run.account.sessions.get(id);
        if (session == null || !mine(session)) {
            throw SqlFailure.missing("Session", id);
        }
        run.account.close(session);
        return Typed.text("Session [%d] is aborted.".formatted(id));
    }

    private Typed abortTransaction(long id) {
        Transaction transaction = run.account
                .transaction(id)
                .filter(t -> mine(t.session))
                .orElseThrow(() -> SqlFailure.missing("Transaction", id));
        run.account.abort(transaction);
        return Typed.text("Transaction [%d] is aborted.".formatted(id));
    }

    private Typed cancel(String id) {
        Optional<Execution> execution = run.account.execution(id).filter(e -> mine(e.session));
        if (execution.isEmpty()) {
            throw SqlFailure.missing("Query", id);
        }
        if (execution.get().state() != Execution.State.RUNNING) {
            return Typed.text("query [%s] has already completed.".formatted(id));
        }
        execution.get().cancel();
        return Typed.text("query [%s] terminated.".formatted(id));
    }

    private Typed cancelAll(long session) {
        long count = run.account.executions().stream()
                .filter(e -> e.session.id == session && mine(e.session) && e != run.execution)
                .filter(e -> e.state() == Execution.State.RUNNING)
                .peek(Execution::cancel)
                .count();
        return Typed.text("%d cancelled.".formatted(count));
    }

    /// Users act on their own sessions, the administrator on all.
    private boolean mine(Session session) {
        return session.user.equals(run.session().user)
                || run.account.rights.roles(run.session().role).contains(Rights.ADMIN);
    }

    private Typed sleep(List<String> arguments) {
        long seconds = Long.parseLong(arguments.getFirst());
        String unit = arguments.size() > 1 ? arguments.get(1) : "SECONDS";
        long millis = switch (unit) {
            case "SECONDS" -> seconds * 1000;
            case "MILLISECONDS" -> seconds;
            default -> throw SqlFailure.compilation("invalid unit " + unit);
        };
        long until = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < until) {
            run.execution.checkCancelled();
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SqlFailure("000604", "57014", "SQL execution canceled");
            }
        }
        return Typed.text("waited %d %s".formatted(seconds, unit.toLowerCase(java.util.Locale.ROOT)));
    }
}
