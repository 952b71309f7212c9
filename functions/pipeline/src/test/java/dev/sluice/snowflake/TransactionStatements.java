package dev.sluice.snowflake;

import java.util.Optional;

/// BEGIN, COMMIT, ROLLBACK.
final class TransactionStatements {
    private TransactionStatements() {}

    static Statement begin(Parser parser) {
        if (parser.take("BEGIN")) {
            if (!parser.take("TRANSACTION")) {
                parser.take("WORK");
            }
        } else {
            parser.expect("START", "TRANSACTION");
        }
        if (parser.take("NAME")) {
            parser.identifier();
        }
        return statement(run -> {
            if (run.session().transaction.isEmpty()) {
                run.account.begin(run.session(), true);
            }
        });
    }

    static Statement commit(Parser parser) {
        parser.expect("COMMIT");
        parser.take("WORK");
        return statement(run -> {
            Optional<Transaction> open = run.session().transaction;
            open.filter(t -> t.doomed).ifPresent(run.account::rollback);
            open.filter(t -> !t.doomed).ifPresent(run.account::commit);
        });
    }

    static Statement rollback(Parser parser) {
        parser.expect("ROLLBACK");
        parser.take("WORK");
        return statement(run -> run.session().transaction.ifPresent(run.account::rollback));
    }

    private static Statement statement(java.util.function.Consumer<Run> action) {
        return new Statement.Simple(Statement.Kind.TRANSACTION, Outcome.TRANSACTION, run -> {
            action.accept(run);
            return Outcome.done(Outcome.TRANSACTION);
        });
    }
}
