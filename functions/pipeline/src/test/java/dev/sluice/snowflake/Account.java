package dev.sluice.snowflake;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// Everything that outlives a statement.
final class Account {
    final Store store = new Store();
    final Catalog catalog = new Catalog();
    final Rights rights = new Rights();
    final TableLocks locks = new TableLocks();
    final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    final Map<Long, Session> sessions = new ConcurrentSkipListMap<>();
    /// What a statement that woke a warehouse is said to have cost; empty: not known.
    volatile Optional<Double> credits = Optional.empty();

    private final Map<String, Execution> executions = new ConcurrentHashMap<>();
    private final Map<Long, Transaction> transactions = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    long nextId() {
        return 1_000_000 + ids.incrementAndGet();
    }

    String nextQueryId() {
        return "01b00000-0000-%04x-0000-%012x".formatted(1, ids.incrementAndGet());
    }

    void remember(Execution execution) {
        executions.put(execution.id, execution);
    }

    Optional<Execution> execution(String id) {
        return Optional.ofNullable(executions.get(id));
    }

    Collection<Execution> executions() {
        return executions.values();
    }

    Transaction begin(Session session, boolean explicit) {
        Transaction transaction = new Transaction(nextId(), session, explicit);
        transactions.put(transaction.id, transaction);
        session.transaction = Optional.of(transaction);
        return transaction;
    }

    Optional<Transaction> transaction(long id) {
        return Optional.ofNullable(transactions.get(id));
    }

    Collection<Transaction> transactions() {
        return transactions.values();
    }

    void commit(Transaction transaction) {
        end(transaction, true);
    }

    void rollback(Transaction transaction) {
        end(transaction, false);
    }

    private void end(Transaction transaction, boolean commit) {
        store.lock.lock();
        try {
            if (transactions.remove(transaction.id) == null) {
                return;
            }
            store.atomically(() -> {
                transaction.touched.forEach(table -> settle(table, transaction.id, commit));
                return true;
            });
            if (commit) {
                transaction.loaded.forEach((table, files) -> table.loaded.putAll(files));
            }
        } finally {
            store.lock.unlock();
            transaction.session.transaction = transaction.session.transaction.filter(t -> t != transaction);
            locks.release(transaction);
        }
    }

    private void settle(Relation table, long id, boolean commit) {
        if (catalog.table(table.name()).filter(t -> t == table).isEmpty()) {
            return;
        }
        String keep = commit ? Store.INSERTED : Store.DELETED;
        String drop = commit ? Store.DELETED : Store.INSERTED;
        store.execute("DELETE FROM %s WHERE %s = %d".formatted(table.duck(), drop, id));
        store.execute("UPDATE %s SET %s = 0 WHERE %s = %d".formatted(table.duck(), keep, keep, id));
    }

    /// Ends a session: what it has open is rolled back, what it runs is cancelled.
    void close(Session session) {
        session.closed = true;
        sessions.remove(session.id);
        session.transaction.ifPresent(this::abort);
    }

    void abort(Transaction transaction) {
        transaction.aborted = true;
        rollback(transaction);
    }
}
