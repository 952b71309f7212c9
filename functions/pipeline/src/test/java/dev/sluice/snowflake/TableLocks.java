package dev.sluice.snowflake;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Locks of tables: UPDATE, DELETE and MERGE exclude each other until their transaction ends; INSERT and
/// COPY go beside them; ALTER and DROP wait for all.
final class TableLocks {
    /// As many statements may wait for one table; the next one fails at once.
    static final int MOST_WAITERS = 20;

    private static final class Locks {
        Optional<Transaction> updating = Optional.empty();
        final Set<Transaction> inserting = new HashSet<>();
        int waiters;
    }

    private final Map<Relation, Locks> tables = new HashMap<>();

    synchronized void insert(Relation table, Transaction transaction) {
        locks(table).inserting.add(transaction);
    }

    void update(Relation table, Transaction transaction, long timeoutSeconds, BooleanSupplier cancelled) {
        await(table, transaction, timeoutSeconds, cancelled, false);
    }

    /// Waits until no other transaction has written to the table.
    void alter(Relation table, Transaction transaction, long timeoutSeconds, BooleanSupplier cancelled) {
        await(table, transaction, timeoutSeconds, cancelled, true);
    }

    private synchronized void await(
            Relation table, Transaction mine, long timeoutSeconds, BooleanSupplier cancelled, boolean all) {
        Locks locks = locks(table);
        if (isFree(locks, mine, all)) {
            locks.updating = Optional.of(mine);
            return;
        }
        if (locks.waiters >= MOST_WAITERS) {
            throw new SqlFailure(
                    "000625",
                    "57014",
                    "Statement '%s' has locked table '%s' in transaction %d and this lock has not yet been released.%nYour statement was aborted because the number of waiters for this lock exceeds the %d statements limit."
                            .formatted(
                                    holder(locks).session.lastQuery,
                                    table.name().last(),
                                    holder(locks).id,
                                    MOST_WAITERS));
        }
        locks.waiters++;
        try {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
            while (!isFree(locks, mine, all)) {
                if (cancelled.getAsBoolean()) {
                    throw new SqlFailure("000604", "57014", "SQL execution canceled");
                }
                if (System.nanoTime() >= until) {
                    throw new SqlFailure(
                            "000625",
                            "57014",
                            "Statement '%s' has locked table '%s' in transaction %d and this lock has not yet been released.%nYour statement '' was aborted because the lock timeout of %d second(s) was reached."
                                    .formatted(
                                            holder(locks).session.lastQuery,
                                            table.name().last(),
                                            holder(locks).id,
                                            timeoutSeconds));
                }
                pause();
            }
            locks.updating = Optional.of(mine);
        } finally {
            locks.waiters--;
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void pause() {
        try {
            wait(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SqlFailure("000604", "57014", "SQL execution canceled");
        }
    }

    private static Transaction holder(Locks locks) {
        return locks.updating.orElseGet(() -> locks.inserting.iterator().next());
    }

    private static boolean isFree(Locks locks, Transaction mine, boolean all) {
        boolean noUpdate = locks.updating.isEmpty() || locks.updating.get() == mine;
        return noUpdate && (!all || locks.inserting.stream().allMatch(t -> t == mine));
    }

    synchronized void release(Transaction transaction) {
        for (Locks locks : tables.values()) {
            locks.inserting.remove(transaction);
            locks.updating = locks.updating.filter(t -> t != transaction);
        }
        tables.values().removeIf(l -> l.updating.isEmpty() && l.inserting.isEmpty() && l.waiters == 0);
        notifyAll();
    }

    synchronized int waiters(Relation table) {
        Locks locks = tables.get(table);
        return locks == null ? 0 : locks.waiters;
    }

    private Locks locks(Relation table) {
        return tables.computeIfAbsent(table, ignored -> new Locks());
    }
}
