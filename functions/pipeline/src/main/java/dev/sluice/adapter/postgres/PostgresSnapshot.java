package dev.sluice.adapter.postgres;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.PageRange;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.SourceTable;
import dev.sluice.model.SourceUnavailable;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.source.Estimate;
import dev.sluice.source.RowSink;
import dev.sluice.source.Rows;
import dev.sluice.source.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// One table at one instant, on one connection. Not thread-safe.
///
/// In the CSV every value is quoted and NULL is an unquoted empty field; a table of one column sends an
/// empty line for NULL. A slice that has no rows is missing from [#fingerprints] and [#aggregates],
/// except for the one slice of a wholesale table. After a failure, that of a sink included, only [#close]
/// is of use.
final class PostgresSnapshot implements Snapshot {
    private final Session session;
    private final Supplier<Session> another;
    private final TableSync sync;
    private final Relation relation;
    private final Definition definition;
    private final SliceKey key;
    private final Optional<String> exported;
    private final long takenNanos;

    private PostgresSnapshot(
            Session session,
            Supplier<Session> another,
            TableSync sync,
            Relation relation,
            Optional<String> exported,
            long takenNanos) {
        this.session = session;
        this.another = another;
        this.sync = sync;
        this.relation = relation;
        this.exported = exported;
        this.takenNanos = takenNanos;
        this.definition = Definition.of(sync, relation.table());
        this.key = SliceKey.of(sync.sliceBy(), relation.table(), session.version());
    }

    /// Begins, locks, takes the snapshot, and checks that nothing was emptied or replaced in between.
    /// Owns the sessions that `another` opens.
    static PostgresSnapshot open(Supplier<Session> another, TableSync sync) {
        return guarded(another, session -> {
            Operation operation = Operation.on(sync.source(), "opening a snapshot of");
            boolean lockable = lockable(session, sync.source());
            session.beginReading(operation);
            if (lockable) {
                lock(session, sync.source());
            }
            long taken = System.nanoTime();
            Optional<String> exported = session
                    .query(
                            Sql.statement("instant.sql", Map.of()),
                            operation,
                            row -> Optional.ofNullable(row.getString(1)))
                    .stream()
                    .findFirst()
                    .flatMap(id -> id);
            return settled(session, another, sync, exported, taken);
        });
    }

    @Override
    public Snapshot sibling() {
        String snapshot = exported.orElseThrow(() -> new InvalidRequest(
                "%s: this server hands out no snapshots (Greenplum, or a standby before PostgreSQL 10); use consistency: slice"
                        .formatted(sync.source())));
        return guarded(another, session -> {
            session.beginReading(snapshot, Operation.on(sync.source(), "joining the snapshot of"));
            if (relation.lockable(session.version())) {
                lock(session, sync.source());
            }
            return settled(session, another, sync, exported, takenNanos);
        });
    }

    @FunctionalInterface
    private interface Opening {
        PostgresSnapshot on(Session session);
    }

    private static PostgresSnapshot guarded(Supplier<Session> another, Opening opening) {
        Session session = another.get();
        boolean opened = false;
        try {
            PostgresSnapshot snapshot = opening.on(session);
            opened = true;
            return snapshot;
        } finally {
            if (!opened) {
                session.close();
            }
        }
    }

    /// Looks up in a transaction of its own what the lock statement needs to know: a look at the
    /// catalogue takes a snapshot, and this one must not be older than the lock.
    private static boolean lockable(Session session, TableName table) {
        Operation operation = Operation.on(table, "looking up");
        session.beginReading(operation);
        Relation relation = found(session, table);
        session.rollback(operation);
        if (relation.kind() == 'v' && !session.version().atLeast(11)) {
            throw new InvalidRequest(
                    "%s is a view; a view cannot be locked before PostgreSQL 11, so its rows cannot be held still: sync the tables behind it"
                            .formatted(table));
        }
        return relation.lockable(session.version());
    }

    private static Relation found(Session session, TableName table) {
        Relation relation = new Catalog(session)
                .relation(table)
                .orElseThrow(() -> new InvalidRequest(
                        "%s: the source has no such table, or %s may not see it".formatted(table, session.user())));
        if (relation.table().rowSecurity()) {
            throw SqlFailure.rowSecurity(Operation.on(table, "opening a snapshot of"), session.user());
        }
        return relation;
    }

    private static void lock(Session session, TableName table) {
        session.execute(Sql.statement("lock.sql", Map.of("table", Sql.table(table))), Operation.on(table, "locking"));
    }

    /// Locks what the first lock could not, then compares files: what was rewritten before this lock and
    /// after the snapshot would be read as empty.
    private static PostgresSnapshot settled(
            Session session, Supplier<Session> another, TableSync sync, Optional<String> exported, long takenNanos) {
        Relation relation = found(session, sync.source());
        session.execute(
                Sql.statement("touch.sql", Map.of("table", Sql.table(sync.source()))),
                Operation.on(sync.source(), "locking"));
        List<String> rewritten = new Catalog(session).rewritten(relation);
        if (!rewritten.isEmpty()) {
            throw new SourceUnavailable("opening a snapshot of %s: %s was truncated or rewritten in that very moment"
                    .formatted(sync.source(), String.join(", ", rewritten)));
        }
        return new PostgresSnapshot(session, another, sync, relation, exported, takenNanos);
    }

    @Override
    public SourceTable table() {
        return relation.table();
    }

    @Override
    public Definition definition() {
        return definition;
    }

    @Override
    public String server() {
        return session.query(
                        Sql.statement("server.sql", Map.of()),
                        operation("recognising the server of"),
                        row -> row.getString(1))
                .getFirst();
    }

    @Override
    public String algorithm() {
        return RowExpressions.algorithm(session.version());
    }

    @Override
    public Map<Slice, Fingerprint> fingerprints(Rows rows, boolean withHash) {
        if (rows.none()) {
            return Map.of();
        }
        Map<String, String> parameters = parameters(rows);
        if (withHash) {
            parameters.put("hash", RowExpressions.hash(definition.columns(), session.version()));
        }
        String algorithm = withHash ? algorithm() : "count";
        Map<Slice, Fingerprint> fingerprints = new TreeMap<>();
        session.query(
                        Sql.statement(withHash ? "fingerprints.sql" : "counts.sql", parameters),
                        operation("fingerprinting"),
                        row -> Map.entry(
                                slice(row.getString(1)),
                                new Fingerprint(row.getLong(2), Fingerprint.parseHash(row.getString(3)), algorithm)))
                .forEach(entry -> fingerprints.put(entry.getKey(), entry.getValue()));
        return fingerprints;
    }

    @Override
    public long copy(Rows rows, RowSink sink) {
        if (rows.none()) {
            return 0;
        }
        return session.copy(
                Sql.statement("copy.sql", reading(rows)),
                operation("copying rows of"),
                key.whole() ? row -> sink.row(Slice.ALL, row, 0, row.length) : new RowSplitter(sink));
    }

    private Map<String, String> reading(Rows rows) {
        List<String> columns = new ArrayList<>();
        if (!key.whole()) {
            columns.add(key.sql());
        }
        for (Column column : definition.columns()) {
            columns.add(RowExpressions.carried(column));
        }
        return Map.of(
                "columns", String.join(", ", columns),
                "table", Sql.table(sync.source()),
                "where", where(rows));
    }

    @Override
    public Estimate estimate(Rows rows) {
        if (rows.none()) {
            return new Estimate(0, 0);
        }
        String plan = String.join(
                "\n",
                session.query(
                        Sql.statement("estimate.sql", reading(rows)),
                        operation("estimating the cost of reading"),
                        row -> row.getString(1)));
        return Explained.parse(plan);
    }

    @Override
    public long pages() {
        if (relation.kind() == 'v') {
            return 0;
        }
        return session.query(
                        Sql.statement("pages.sql", Map.of("oid", String.valueOf(relation.oid()))),
                        operation("measuring"),
                        row -> row.getLong(1))
                .getFirst();
    }

    @Override
    public Map<Slice, List<ColumnAggregate>> aggregates(Rows rows) {
        if (rows.none()) {
            return Map.of();
        }
        Map<Slice, List<ColumnAggregate>> aggregates = new TreeMap<>();
        List<Column> columns = definition.columns();
        for (int from = 0; from < columns.size(); from += Aggregates.MAX_COLUMNS_PER_STATEMENT) {
            int to = Math.min(columns.size(), from + Aggregates.MAX_COLUMNS_PER_STATEMENT);
            aggregate(rows, columns.subList(from, to))
                    .forEach((slice, part) -> aggregates
                            .computeIfAbsent(slice, s -> new ArrayList<>())
                            .addAll(part));
        }
        return aggregates;
    }

    private Map<Slice, List<ColumnAggregate>> aggregate(Rows rows, List<Column> columns) {
        Map<String, String> parameters = parameters(rows);
        parameters.put("aggregates", Aggregates.sql(columns, session.utf8()));
        Map<Slice, List<ColumnAggregate>> aggregates = new HashMap<>();
        session.query(Sql.statement("aggregates.sql", parameters), operation("aggregating"), row -> {
            List<ColumnAggregate> all = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                all.add(Aggregates.read(row, columns.get(i), row.getLong(2), 3 + i * Aggregates.VALUES_PER_COLUMN));
            }
            return aggregates.put(slice(row.getString(1)), all) == null;
        });
        return aggregates;
    }

    /// The slices' own condition, and the pages', which a server before 14 checks row by row.
    private String where(Rows rows) {
        String slices = key.where(rows.slices());
        if (rows.pages().isEmpty()) {
            return slices;
        }
        PageRange pages = rows.pages().get();
        List<String> conditions = new ArrayList<>();
        if (pages.from() > 0) {
            conditions.add("ctid >= '(%d,0)'::tid".formatted(pages.from()));
        }
        if (pages.to() < PageRange.OPEN) {
            conditions.add("ctid < '(%d,0)'::tid".formatted(pages.to()));
        }
        conditions.add(slices);
        return String.join(" AND ", conditions);
    }

    private Map<String, String> parameters(Rows rows) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("key", key.sql());
        parameters.put("table", Sql.table(sync.source()));
        parameters.put("where", where(rows));
        parameters.put("group", key.whole() ? "" : "GROUP BY 1");
        return parameters;
    }

    private Slice slice(@org.jspecify.annotations.Nullable String text) {
        if (key.whole()) {
            return Slice.ALL;
        }
        return text == null ? Slice.NULL : Slice.ofText(text);
    }

    private Operation operation(String doing) {
        Operation operation = Operation.on(sync.source(), doing);
        return sync.sliceBy() instanceof SliceBy.Expression ? operation.withExpression() : operation;
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - takenNanos);
    }

    @Override
    public void close() {
        session.close();
    }
}
