package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs statements by Snowflake's rules of transactions: DDL commits what is open, a failed statement
/// leaves it open unless TRANSACTION_ABORT_ON_ERROR says otherwise.
final class Engine {
    private final Account account;

    Engine(Account account) {
        this.account = account;
    }

    /// Runs what the execution's text holds, and completes it.
    ///
    /// @param wanted statements that the client expects; 0: any number
    void run(Execution execution, Binds binds, int wanted) {
        Session session = execution.session;
        session.turn.lock();
        try {
            execution.checkCancelled();
            List<StatementParser.Parsed> statements = StatementParser.parse(execution.sql);
            if (wanted != 0 && statements.size() != wanted) {
                throw new SqlFailure(
                        "000008",
                        "0A000",
                        "Actual statement count %d did not match the desired statement count %d."
                                .formatted(statements.size(), wanted));
            }
            execution.succeed(
                    statements.size() == 1 && wanted == 1
                            ? one(execution, statements.getFirst(), binds)
                            : many(execution, statements, binds));
        } catch (SqlFailure e) {
            execution.fail(e);
        } catch (RuntimeException e) {
            SqlFailure failure = new SqlFailure("399999", "XX000", "Internal error of the test server: " + e);
            failure.initCause(e);
            execution.fail(failure);
        } finally {
            session.lastQuery = execution.id;
            session.turn.unlock();
        }
    }

    private Outcome many(Execution parent, List<StatementParser.Parsed> statements, Binds binds) {
        List<Execution> children = new ArrayList<>();
        int taken = 0;
        for (StatementParser.Parsed statement : statements) {
            Execution child = new Execution(account.nextQueryId(), parent.session, statement.text());
            account.remember(child);
            try {
                child.succeed(one(child, statement, binds.from(taken)));
            } catch (SqlFailure e) {
                child.fail(e);
                throw e;
            } finally {
                parent.session.lastQuery = child.id;
            }
            taken += statement.binds();
            children.add(child);
        }
        return new Outcome(Rows.named("multiple statement execution"), Outcome.MULTI, children);
    }

    Outcome describe(Execution execution, Binds binds) {
        StatementParser.Parsed parsed = StatementParser.parse(execution.sql).getFirst();
        Run run = new Run(account, execution, binds.row(0));
        return new Outcome(
                Rows.of(parsed.statement().describe(run)), parsed.statement().type());
    }

    private Outcome one(Execution execution, StatementParser.Parsed parsed, Binds binds) {
        Statement statement = parsed.statement();
        Session session = execution.session;
        if (binds.count() < parsed.binds()) {
            throw new SqlFailure(
                    "002049",
                    "42601",
                    "SQL compilation error: error line 1 at position 0%nBind variable ? not set.".formatted());
        }
        boolean doomed = session.transaction.filter(t -> t.doomed).isPresent();
        if (doomed && statement.kind() != Statement.Kind.TRANSACTION) {
            throw new SqlFailure(
                    "000638",
                    "25000",
                    "Transaction was aborted because of an error; execute ROLLBACK or COMMIT before other statements.");
        }
        Run run = new Run(account, execution, binds.row(0));
        return switch (statement.kind()) {
            case QUERY, SESSION, TRANSACTION -> guarded(run, statement);
            case DML -> change(run, statement, binds);
            case DDL -> define(run, statement);
        };
    }

    private Outcome guarded(Run run, Statement statement) {
        try {
            return statement.run(run);
        } catch (SqlFailure e) {
            doom(run.session());
            throw e;
        }
    }

    private void doom(Session session) {
        if (session.flag("TRANSACTION_ABORT_ON_ERROR")) {
            session.transaction
                    .filter(t -> t.explicit || !session.flag("AUTOCOMMIT"))
                    .ifPresent(open -> {
                        account.rollback(open);
                        Transaction shell = account.begin(session, open.explicit);
                        shell.doomed = true;
                    });
        }
    }

    private Outcome change(Run run, Statement statement, Binds binds) {
        Session session = run.session();
        boolean alone = session.transaction.isEmpty() && session.flag("AUTOCOMMIT");
        Transaction transaction = session.transaction.orElseGet(() -> account.begin(session, false));
        try {
            Outcome outcome = binds.rows() == 1 ? statement.run(run) : array(run, statement, binds);
            run.execution.checkCancelled();
            if (transaction.aborted) {
                throw new SqlFailure("000604", "57014", "SQL execution canceled");
            }
            if (alone) {
                account.commit(transaction);
            }
            return outcome;
        } catch (SqlFailure e) {
            if (alone) {
                account.rollback(transaction);
            } else {
                doom(session);
            }
            throw e;
        }
    }

    private Outcome array(Run run, Statement statement, Binds binds) {
        if (!statement.takesArrays()) {
            throw SqlFailure.unsupported("array binds for this statement");
        }
        return account.store.atomically(() -> {
            long rows = 0;
            for (int i = 0; i < binds.rows(); i++) {
                Outcome each = statement.run(run.with(binds.row(i)));
                rows += Long.parseLong(
                        String.valueOf(each.rows().rows().getFirst().getFirst()));
            }
            return new Outcome(Rows.count("number of rows inserted", rows), Outcome.INSERT);
        });
    }

    private Outcome define(Run run, Statement statement) {
        Session session = run.session();
        session.transaction.ifPresent(account::commit);
        Transaction own = account.begin(session, false);
        try {
            return statement.run(run);
        } finally {
            account.commit(own);
            session.transaction = Optional.empty();
        }
    }

    /// The values of `?`, one row or many.
    record Binds(List<Map<Integer, Typed>> all) {
        static final Binds NONE = new Binds(List.of(Map.of()));

        int rows() {
            return all.size();
        }

        int count() {
            return all.getFirst().size();
        }

        Map<Integer, Typed> row(int index) {
            return all.get(index);
        }

        /// What is left for the next statement.
        Binds from(int taken) {
            if (taken == 0) {
                return this;
            }
            return new Binds(all.stream()
                    .map(row -> {
                        Map<Integer, Typed> rest = new java.util.HashMap<>();
                        row.forEach((k, v) -> {
                            if (k > taken) {
                                rest.put(k - taken, v);
                            }
                        });
                        return Map.copyOf(rest);
                    })
                    .toList());
        }
    }
}
