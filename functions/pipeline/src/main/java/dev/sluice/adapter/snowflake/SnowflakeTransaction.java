package dev.sluice.adapter.snowflake;

import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The one transaction of a publish. Whatever fails in it rolls it back; whoever dies in it leaves a note of
/// the session, by which the next attempt ends it.
///
/// @param fence called just before the commit; throws if the run must not publish any more
record SnowflakeTransaction(
        SnowflakeSession session, ObjectStore store, TableName target, String runId, long epoch, Runnable fence) {
    private static final String LEDGER = "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA SLUICE TO ROLE …";

    /// A session that may have a transaction open on the target.
    ///
    /// @param sessionId as Snowflake counts them
    record Working(String runId, long epoch, String sessionId) {}

    /// A process that died inside its transaction left it open, and with it the lock of the target.
    void endDead() {
        Optional<Working> working = new Documents(store).find(Keys.warehouseSession(target), Working.class);
        if (working.isPresent() && working.get().epoch() <= epoch) {
            session.doing(target + ": end the session of a dead run", "none");
            session.abort(working.get().sessionId());
        }
    }

    /// @param work false: there is nothing to commit
    void run(BooleanSupplier work) {
        new Documents(store).put(Keys.warehouseSession(target), new Working(runId, epoch, session.id()));
        session.doing(target + ": begin a transaction", LEDGER);
        try {
            session.execute("BEGIN");
            if (work.getAsBoolean()) {
                fence.run();
                Checkpoint.reach("load.before-commit");
                session.doing(target + ": commit", LEDGER).execute("COMMIT");
            } else {
                session.execute("ROLLBACK");
            }
        } catch (RuntimeException e) {
            rollback(e);
            throw e;
        }
        store.delete(List.of(Keys.warehouseSession(target)));
    }

    private void rollback(RuntimeException primary) {
        try {
            session.execute("ROLLBACK");
            store.delete(List.of(Keys.warehouseSession(target)));
        } catch (RuntimeException e) {
            primary.addSuppressed(e);
        }
    }
}
