package dev.sluice.source;

import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Consistency;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Where one process holds a run, all readers of a table share one snapshot (`consistency: table`);
/// elsewhere each reader opens its own. The connection that exported the snapshot reads too, so that a
/// table with B batches at once never uses more than B connections. Thread-safe.
public final class SharedSnapshots implements AutoCloseable {
    /// Longest life of a shared snapshot: an older one keeps the source from cleaning up dead rows.
    public static final Duration MAX_AGE = Duration.ofHours(4);

    private final Source source;
    private final boolean sharing;
    private final Duration statementTimeout;
    private final Map<String, Shared> shared = new ConcurrentHashMap<>();

    /// @param sharing true where this process lives as long as the run
    public SharedSnapshots(Source source, boolean sharing, Duration statementTimeout) {
        this.source = source;
        this.sharing = sharing;
        this.statementTimeout = statementTimeout;
    }

    /// Whether readers of this table see one instant.
    public boolean sharedFor(TableSync sync) {
        return sharing && sync.consistency() == Consistency.TABLE;
    }

    /// A snapshot for making the plan; kept open behind the scenes if the table's readers share it.
    public Snapshot forPlan(TableSync sync, String run) {
        Snapshot opened = source.open(sync, run, statementTimeout);
        if (!sharedFor(sync)) {
            return opened;
        }
        Shared mine = new Shared(opened);
        Shared old = shared.put(key(sync.target(), run), mine);
        if (old != null) {
            old.closeAll();
        }
        return new Lease(mine, opened);
    }

    /// A snapshot for reading rows: the shared instant if there is one, otherwise now.
    public Snapshot forRows(TableSync sync, String run) {
        Shared mine = shared.get(key(sync.target(), run));
        return mine == null ? source.open(sync, run, statementTimeout) : new Lease(mine, mine.take());
    }

    /// A snapshot of now, whatever is shared.
    public Snapshot fresh(TableSync sync, String run) {
        return source.open(sync, run, statementTimeout);
    }

    /// Whether rows of this table are read at the plan's instant.
    public boolean held(TableName target, String run) {
        return shared.containsKey(key(target, run));
    }

    /// How long ago the shared snapshot of the table was taken.
    public Optional<Duration> age(TableName target, String run) {
        return Optional.ofNullable(shared.get(key(target, run))).map(s -> s.primary.age());
    }

    /// Closes what is held for the table. Harmless if nothing is.
    public void release(TableName target, String run) {
        Shared mine = shared.remove(key(target, run));
        if (mine != null) {
            mine.closeAll();
        }
    }

    @Override
    public void close() {
        List.copyOf(shared.keySet()).forEach(key -> {
            Shared mine = shared.remove(key);
            if (mine != null) {
                mine.closeAll();
            }
        });
    }

    private static String key(TableName target, String run) {
        return run + " " + target;
    }

    /// One exported instant and its idle readers.
    private static final class Shared {
        final Snapshot primary;
        private final Deque<Snapshot> idle = new ArrayDeque<>();
        private final List<Snapshot> all = new ArrayList<>();
        private boolean closed;

        Shared(Snapshot primary) {
            this.primary = primary;
            all.add(primary);
        }

        Snapshot take() {
            synchronized (this) {
                Snapshot free = idle.poll();
                if (free != null) {
                    return free;
                }
            }
            Snapshot sibling = primary.sibling();
            synchronized (this) {
                if (closed) {
                    sibling.close();
                    throw new IllegalStateException("the shared snapshot was released meanwhile");
                }
                all.add(sibling);
            }
            return sibling;
        }

        synchronized void giveBack(Snapshot snapshot, boolean broken) {
            if (closed) {
                return;
            }
            if (broken && snapshot != primary) {
                all.remove(snapshot);
                snapshot.close();
            } else if (!broken) {
                idle.push(snapshot);
            }
        }

        synchronized void closeAll() {
            closed = true;
            idle.clear();
            all.reversed().forEach(Snapshot::close);
            all.clear();
        }
    }

    /// Hands a reader out and takes it back; a reader that failed is not used again.
    private static final class Lease implements Snapshot {
        private final Shared shared;
        private @Nullable Snapshot reader;
        private boolean broken;

        Lease(Shared shared, Snapshot reader) {
            this.shared = shared;
            this.reader = reader;
        }

        private <T> T with(java.util.function.Function<Snapshot, T> call) {
            Snapshot open = reader;
            if (open == null) {
                throw new IllegalStateException("the snapshot is closed");
            }
            boolean fine = false;
            try {
                T answer = call.apply(open);
                fine = true;
                return answer;
            } finally {
                broken |= !fine;
            }
        }

        @Override
        public SourceTable table() {
            return with(Snapshot::table);
        }

        @Override
        public Definition definition() {
            return with(Snapshot::definition);
        }

        @Override
        public String server() {
            return with(Snapshot::server);
        }

        @Override
        public String algorithm() {
            return with(Snapshot::algorithm);
        }

        @Override
        public Map<Slice, Fingerprint> fingerprints(Rows rows, boolean withHash) {
            return with(s -> s.fingerprints(rows, withHash));
        }

        @Override
        public long copy(Rows rows, RowSink sink) {
            return with(s -> s.copy(rows, sink));
        }

        @Override
        public Estimate estimate(Rows rows) {
            return with(s -> s.estimate(rows));
        }

        @Override
        public long pages() {
            return with(Snapshot::pages);
        }

        @Override
        public Map<Slice, List<ColumnAggregate>> aggregates(Rows rows) {
            return with(s -> s.aggregates(rows));
        }

        @Override
        public Snapshot sibling() {
            return with(Snapshot::sibling);
        }

        @Override
        public Duration age() {
            return with(Snapshot::age);
        }

        @Override
        public void close() {
            Snapshot open = reader;
            reader = null;
            if (open != null) {
                shared.giveBack(open, broken);
            }
        }
    }
}
