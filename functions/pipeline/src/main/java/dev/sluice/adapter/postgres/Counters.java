package dev.sluice.adapter.postgres;

import dev.sluice.model.Column;
import dev.sluice.model.Definition;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableSync;
import dev.sluice.source.Look;
import dev.sluice.source.Sight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the server's counters of one table, in a transaction of its own: inside of one they stand still
/// (`stats_fetch_consistency`). docs/detection.md tells the reason of every condition.
///
/// The order matters. The catalogue comes first: it is read as of the transaction's snapshot, and
/// everything that was committed before that moment is to be seen. Then the sessions, then the counters:
/// a session that was found to have nothing left to count has counted before the counters are read.
final class Counters {
    /// From this version on counters live in shared memory, and are written at the latest when a session
    /// has been idle for 10 s.
    private static final int OLDEST_MAJOR = 15;

    /// A session that has been idle for so long has written its counters: `PGSTAT_IDLE_INTERVAL` is 10 s.
    private static final Duration IDLE_ENOUGH = Duration.ofSeconds(15);

    private final Session session;
    private final TableSync sync;
    private final Duration countedAfter;
    private final Operation operation;

    /// @param countedAfter [Look#COUNTED_AFTER]; less only in tests
    Counters(Session session, TableSync sync, Duration countedAfter) {
        this.session = session;
        this.sync = sync;
        this.countedAfter = countedAfter;
        this.operation = Operation.on(sync.source(), "looking at the counters of");
    }

    Sight look(Optional<Instant> since) {
        if (!session.version().atLeast(OLDEST_MAJOR)) {
            return new Sight.Blind(
                    "PostgreSQL %s is older than %d".formatted(session.version().major(), OLDEST_MAJOR));
        }
        session.beginReading(operation);
        Optional<Relation> found = new Catalog(session).relation(sync.source());
        if (found.isEmpty() || found.get().table().rowSecurity()) {
            return new Sight.Blind("the role may not see the table, or not all of its rows");
        }
        Relation relation = found.get();
        Definition definition = Definition.of(sync, relation.table());
        Server server = server();
        List<String> uncounted = uncounted(since);
        List<Member> members = members(relation.oid());
        Optional<String> blind =
                server.blind().or(() -> blindToKind(relation, members)).or(() -> blindToValues(relation, definition));
        if (blind.isPresent()) {
            return new Sight.Blind(blind.get());
        }
        Look look = new Look(
                server.at(),
                server.name(),
                server.counting(),
                server.instant(),
                relation.oid(),
                members.stream().mapToLong(Member::bytes).sum(),
                members.stream().map(Member::file).toList());
        return new Sight.Seen(
                look, relation.table(), definition, uncounted.stream().findFirst());
    }

    private record Server(Optional<String> blind, String name, String counting, String instant, Instant at) {}

    private Server server() {
        String name = session.query(Sql.statement("server.sql", Map.of()), operation, row -> row.getString(1))
                .getFirst();
        return session.query(
                        Sql.statement("counting.sql", Map.of()),
                        operation,
                        row -> new Server(
                                Optional.ofNullable(row.getString(1)),
                                name,
                                row.getString(2),
                                row.getString(3),
                                instant(row.getLong(4))))
                .getFirst();
    }

    private List<String> uncounted(Optional<Instant> since) {
        String moment = since.map(at -> "timestamptz 'epoch' + interval '%d microseconds'".formatted(microseconds(at)))
                .orElse("clock_timestamp()");
        return session.query(
                Sql.statement(
                        "uncounted.sql",
                        Map.of(
                                "since", "(" + moment + ")",
                                "idle_enough", seconds(IDLE_ENOUGH),
                                "counted_after", seconds(countedAfter),
                                "application", Sql.literal("sluice/"))),
                operation,
                row -> row.getString(1));
    }

    private static String seconds(Duration duration) {
        return "interval '%d seconds'".formatted(duration.toSeconds());
    }

    private static long microseconds(Instant at) {
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1_000);
    }

    private static Instant instant(long microseconds) {
        return Instant.ofEpochSecond(
                Math.floorDiv(microseconds, 1_000_000L), Math.floorMod(microseconds, 1_000_000L) * 1_000);
    }

    /// @param method access method, empty for what has no rows of its own
    private record Member(char kind, String method, boolean virtual, long bytes, Look.File file) {}

    private List<Member> members(long oid) {
        return session.query(
                Sql.statement("files.sql", Map.of("oid", String.valueOf(oid))),
                operation,
                row -> new Member(
                        row.getString(2).charAt(0),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getLong(5),
                        new Look.File(row.getLong(1), row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9))));
    }

    private static Optional<String> blindToKind(Relation relation, List<Member> members) {
        if (relation.kind() != 'r' && relation.kind() != 'p') {
            return Optional.of("it is not an ordinary or partitioned table");
        }
        if (members.stream().anyMatch(member -> member.kind() != 'r')) {
            return Optional.of("one of its partitions is not an ordinary table");
        }
        if (members.stream().anyMatch(member -> !member.method().equals("heap"))) {
            return Optional.of("it is not stored as heap");
        }
        return members.stream().anyMatch(Member::virtual)
                ? Optional.of("it has virtual generated columns, whose values change without a write")
                : Optional.empty();
    }

    /// What is carried, or decides the slice, may hang on more than the table's rows: a type or a function
    /// that somebody changes is no write to the table. Labels of carried enums are in the definition hash.
    private Optional<String> blindToValues(Relation relation, Definition definition) {
        List<String> carried = new ArrayList<>();
        for (Column column : definition.columns()) {
            carried.add(column.name());
            boolean foreign =
                    column.baseType().contains(".") || column.baseType().matches("_?reg.*");
            if (sync.types().containsKey(column.name()) && foreign) {
                return Optional.of("the text of column %s depends on more than its rows".formatted(column.name()));
            }
        }
        if (!(sync.sliceBy() instanceof SliceBy.Expression expression)) {
            return Optional.empty();
        }
        boolean closed = SliceExpression.parse(sync.source(), expression.sql()).tokens().stream()
                .noneMatch(token -> token.is("."));
        boolean builtIn = relation.table().columns().stream()
                .allMatch(column ->
                        carried.contains(column.name()) || !column.baseType().contains("."));
        return closed && builtIn
                ? Optional.empty()
                : Optional.of("slice_by may use functions or types that are not built in, and they may change");
    }
}
