package dev.sluice.store;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.TableName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// One run at a time per table. The lock is an object under `locks/`, changed only by conditional writes.
/// It expires, every stage renews it, and taking it makes the epoch grow, which fences out whoever held
/// it before.
///
/// Thread-safe.
public final class TableLocks {
    /// Longer than any stage runs between two renewals: a function lives 15 minutes at most.
    public static final Duration TIME_TO_LIVE = Duration.ofMinutes(20);

    /// A lock renewed less than this ago is left alone.
    private static final Duration RENEW_AFTER = Duration.ofMinutes(1);

    private static final int ATTEMPTS = 5;

    private final ObjectStore store;
    private final Clock clock;
    private final String holder;
    private final Predicate<String> provenDead;

    /// @param holder     names this process; stands in the lock for people and for `provenDead`
    /// @param provenDead true only if the process that this name belongs to cannot be alive any more; its
    ///                   lock is taken over before it expires
    public TableLocks(ObjectStore store, Clock clock, String holder, Predicate<String> provenDead) {
        this.store = store;
        this.clock = clock;
        this.holder = holder;
        this.provenDead = provenDead;
    }

    /// @param runId   empty when free
    /// @param unswept a run died holding it, and what it left in the lake was not cleaned up yet
    record Lock(TableName table, long epoch, String runId, String holder, Instant expiresAt, boolean unswept) {
        boolean free() {
            return runId.isEmpty();
        }
    }

    /// What an attempt to take a lock ends in.
    public sealed interface Taken {
        /// @param unswept a run that held it before died, and may have left objects that nothing refers
        ///                to
        record Held(long epoch, boolean unswept) implements Taken {}

        record Busy(String runId, Instant expiresAt) implements Taken {}
    }

    /// Takes the lock for a run; a run that already holds it keeps its epoch.
    ///
    /// @param newestKnownEpoch greatest epoch found in the ledger; the new one is above it
    public Taken take(TableName table, String runId, long newestKnownEpoch) {
        String key = Keys.lock(table);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<ObjectStore.Content> found = store.read(key);
            if (found.isEmpty()) {
                Lock lock = lock(table, newestKnownEpoch + 1, runId, false);
                if (store.writeIfAbsent(key, Json.write(lock))) {
                    return new Taken.Held(lock.epoch(), false);
                }
                continue;
            }
            Lock current = Json.read(found.get().text(), Lock.class, key);
            boolean mine = current.runId().equals(runId);
            boolean over = current.free()
                    || !current.expiresAt().isAfter(clock.instant())
                    || provenDead.test(current.holder());
            if (!mine && !over) {
                return new Taken.Busy(current.runId(), current.expiresAt());
            }
            long epoch = mine ? current.epoch() : Math.max(current.epoch(), newestKnownEpoch) + 1;
            boolean unswept = current.unswept() || !mine && !current.free();
            Lock next = lock(table, epoch, runId, unswept);
            if (store.replace(key, Json.write(next), found.get().etag()).isPresent()) {
                return new Taken.Held(epoch, unswept);
            }
        }
        return new Taken.Busy("another run that is taking it", clock.instant());
    }

    /// The run that has the lock now; empty if nobody has, or whoever had it let it expire.
    public Optional<String> holder(TableName table) {
        String key = Keys.lock(table);
        return store.read(key)
                .map(found -> Json.read(found.text(), Lock.class, key))
                .filter(lock -> !lock.free())
                .filter(lock -> lock.expiresAt().isAfter(clock.instant()) && !provenDead.test(lock.holder()))
                .map(Lock::runId);
    }

    /// Lifts the epoch of a held lock above what the ledger knows, for a lake that was emptied while the
    /// warehouse was kept.
    ///
    /// @return the new epoch
    public long lift(TableName table, String runId, long epoch, long newestKnownEpoch) {
        String key = Keys.lock(table);
        ObjectStore.Content found =
                store.read(key).orElseThrow(() -> new DataMismatch(table + ": the lock object is gone from the lake"));
        Lock current = Json.read(found.text(), Lock.class, key);
        Lock next = lock(table, Math.max(epoch, newestKnownEpoch) + 1, runId, current.unswept());
        boolean mine = current.runId().equals(runId) && current.epoch() == epoch;
        if (!mine || store.replace(key, Json.write(next), found.etag()).isEmpty()) {
            throw new DataMismatch("%s: another run took the lock over (run %s)".formatted(table, current.runId()));
        }
        return next.epoch();
    }

    /// Proves that the run still holds the lock at this epoch and pushes its expiry back.
    ///
    /// @throws DataMismatch another run took the lock over; whatever this one has is not to be published
    public void renew(TableName table, String runId, long epoch) {
        String key = Keys.lock(table);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ObjectStore.Content found = store.read(key)
                    .orElseThrow(() -> new DataMismatch(table + ": the lock object is gone from the lake"));
            Lock current = Json.read(found.text(), Lock.class, key);
            if (!current.runId().equals(runId) || current.epoch() != epoch) {
                throw new DataMismatch(
                        "%s: the lock of epoch %d was taken over (epoch %d, run %s); this run publishes nothing more"
                                .formatted(table, epoch, current.epoch(), current.runId()));
            }
            Instant renewedJustNow = clock.instant().plus(TIME_TO_LIVE).minus(RENEW_AFTER);
            if (current.expiresAt().isAfter(renewedJustNow)) {
                // Another batch of the run did it: many at once would only take the object out of each other's hands.
                return;
            }
            if (store.replace(key, Json.write(lock(table, epoch, runId, current.unswept())), found.etag())
                    .isPresent()) {
                return;
            }
        }
        throw new DataMismatch(table + ": the lock changes faster than it can be renewed");
    }

    /// Frees the lock if the run still holds it; otherwise does nothing.
    ///
    /// @param swept what dead runs left behind was cleaned up
    public void release(TableName table, String runId, boolean swept) {
        change(
                table,
                current -> current.runId().equals(runId)
                        ? Optional.of(
                                new Lock(table, current.epoch(), "", "", clock.instant(), current.unswept() && !swept))
                        : Optional.empty());
    }

    /// Says that a run has failed and may have left objects that nothing refers to, whoever holds the
    /// lock now.
    public void leftovers(TableName table) {
        change(
                table,
                current -> current.unswept()
                        ? Optional.empty()
                        : Optional.of(new Lock(
                                table, current.epoch(), current.runId(), current.holder(), current.expiresAt(), true)));
    }

    /// @param next empty if the lock is to stay as it is
    private void change(TableName table, Function<Lock, Optional<Lock>> next) {
        String key = Keys.lock(table);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<ObjectStore.Content> found = store.read(key);
            Optional<Lock> wanted = found.flatMap(f -> next.apply(Json.read(f.text(), Lock.class, key)));
            if (wanted.isEmpty()
                    || store.replace(key, Json.write(wanted.get()), found.get().etag())
                            .isPresent()) {
                return;
            }
        }
    }

    private Lock lock(TableName table, long epoch, String runId, boolean unswept) {
        return new Lock(table, epoch, runId, holder, clock.instant().plus(TIME_TO_LIVE), unswept);
    }
}
