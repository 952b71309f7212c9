package dev.sluice.snowflake;

import java.util.List;

/// One statement, parsed. It resolves names when it runs.
interface Statement {
    enum Kind {
        /// Reads.
        QUERY,
        /// Writes rows within a transaction.
        DML,
        /// Commits what is open, then acts at once.
        DDL,
        /// BEGIN, COMMIT, ROLLBACK.
        TRANSACTION,
        /// About the session, never about data: no transaction is touched.
        SESSION
    }

    Kind kind();

    Outcome run(Run run);

    /// The columns of its answer, found out without running it.
    default List<Rows.Column> describe(Run run) {
        return Rows.named("status").columns();
    }

    default long type() {
        return Outcome.DDL;
    }

    /// Takes one row of values after another for `?`.
    default boolean takesArrays() {
        return false;
    }

    record Simple(Kind kind, long type, java.util.function.Function<Run, Outcome> action) implements Statement {
        @Override
        public Outcome run(Run run) {
            return action.apply(run);
        }
    }

    static Statement ddl(java.util.function.Function<Run, Outcome> action) {
        return new Simple(Kind.DDL, Outcome.DDL, action);
    }

    static Statement session(long type, java.util.function.Function<Run, Outcome> action) {
        return new Simple(Kind.SESSION, type, action);
    }
}
