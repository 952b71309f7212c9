package dev.sluice.snowflake;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// An open transaction. Rows that it inserted or deleted carry its id until it ends.
final class Transaction {
    final long id;
    final Session session;
    final Instant started = Instant.now();
    final boolean explicit;

    /// Tables with rows that carry the id.
    final Set<Relation> touched = new HashSet<>();

    /// Files that COPY loaded: they become load metadata with the commit.
    final Map<Relation, Map<String, String>> loaded = new LinkedHashMap<>();

    volatile boolean aborted;

    /// Of a transaction that an error aborted: only ROLLBACK or COMMIT come through.
    volatile boolean doomed;

    Transaction(long id, Session session, boolean explicit) {
        this.id = id;
        this.session = session;
        this.explicit = explicit;
    }
}
