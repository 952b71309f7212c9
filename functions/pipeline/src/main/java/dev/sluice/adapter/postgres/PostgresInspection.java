package dev.sluice.adapter.postgres;

import dev.sluice.model.LimitExceeded;
import dev.sluice.model.TableName;
import dev.sluice.source.Inspection;
import dev.sluice.source.Pooling;
import dev.sluice.source.ServerFacts;
import dev.sluice.source.TableProfile;
import dev.sluice.source.TableRights;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// A first look at a PostgreSQL. Thread-safe.
public final class PostgresInspection implements Inspection {
    /// Longest time for one look at the catalogue, as in [PostgresSource].
    private static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(60);

    /// The ends of an index are read in milliseconds; what takes longer is not worth the load it puts on
    /// the source.
    private static final Duration RANGE_TIMEOUT = Duration.ofSeconds(5);

    private static final String APPLICATION = "sluice/inspection";

    private final Session.Target target;

    private PostgresInspection(Session.Target target) {
        this.target = target;
    }

    /// As [PostgresSource#of].
    public static PostgresInspection of(String jdbcUrl, String user, Supplier<String> password) {
        return new PostgresInspection(new Session.Target(Session.checkUrl(jdbcUrl), user, password));
    }

    private <T> T reading(Duration timeout, String doing, Function<Session, T> work) {
        try (Session session = Session.open(target, APPLICATION, timeout)) {
            session.beginReading(Operation.of(doing));
            return work.apply(session);
        }
    }

    @Override
    public ServerFacts server() {
        Operation operation = Operation.of("asking the server about itself");
        long start = System.nanoTime();
        try (Session session = Session.open(target, APPLICATION, CATALOG_TIMEOUT)) {
            session.beginReading(operation);
            long connected = System.nanoTime();
            Instant asked = Instant.now();
            long micros = session.query(Sql.statement("inspect_clock.sql", Map.of()), operation, row -> row.getLong(1))
                    .getFirst();
            Duration answered = Duration.between(asked, Instant.now());
            Instant clock = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
            Duration ahead = Duration.between(asked.plus(answered.dividedBy(2)), clock);
            boolean exports = session.query(
                            Sql.statement("instant.sql", Map.of()),
                            operation,
                            row -> Optional.ofNullable(row.getString(1)))
                    .getFirst()
                    .isPresent();
            return session.query(
                            Sql.statement("inspect_server.sql", Map.of("reserved", reserved(session.version()))),
                            operation,
                            row -> facts(row, exports, Duration.ofNanos(connected - start), clock, ahead))
                    .getFirst();
        }
    }

    private static String reserved(ServerVersion version) {
        String superusers = "current_setting('superuser_reserved_connections')::int";
        return version.atLeast(16) ? superusers + " + current_setting('reserved_connections')::int" : superusers;
    }

    private static ServerFacts facts(ResultSet row, boolean exports, Duration connecting, Instant clock, Duration ahead)
            throws SQLException {
        return new ServerFacts(
                row.getString(1),
                Optional.ofNullable(row.getString(2)),
                row.getString(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7),
                Duration.ofMillis(row.getLong(8)),
                row.getInt(9),
                row.getInt(10),
                row.getInt(11),
                row.getInt(12),
                row.getInt(13),
                row.getInt(14),
                row.getInt(15),
                Duration.ofMillis(row.getLong(16)),
                Duration.ofMillis(row.getLong(17)),
                row.getBoolean(18),
                exports,
                connecting,
                clock,
                ahead);
    }

    /// Who answers a connection.
    private record Backend(int pid, String application) {}

    /// The first connection's transaction is over while the second one's is open: a server connection of
    /// its own would keep the two apart.
    @Override
    public Pooling pooling() {
        Operation operation = Operation.of("looking for a pooler");
        try (Session first = Session.open(target, APPLICATION, CATALOG_TIMEOUT)) {
            first.beginBare(operation);
            Backend one = backend(first, operation);
            first.rollback(operation);
            try (Session second = Session.open(target, APPLICATION, CATALOG_TIMEOUT)) {
                second.beginBare(operation);
                Backend two = backend(second, operation);
                return new Pooling(
                        first.announcedPid() != one.pid() || second.announcedPid() != two.pid(),
                        one.pid() == two.pid(),
                        one.application().equals(APPLICATION));
            }
        }
    }

    private static Backend backend(Session session, Operation operation) {
        return session.query(
                        Sql.statement("inspect_backend.sql", Map.of()),
                        operation,
                        row -> new Backend(row.getInt(1), row.getString(2)))
                .getFirst();
    }

    @Override
    public List<TableRights> everyTable() {
        return reading(CATALOG_TIMEOUT, "listing every table of the source", session -> {
            String isPartition = session.version().atLeast(10)
                    ? "c.relispartition"
                    : "EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhrelid = c.oid)";
            return session
                    .query(
                            Sql.statement("inspect_tables.sql", Map.of("is_partition", isPartition)),
                            Operation.of("listing every table of the source"),
                            row -> new TableRights(
                                    new TableName(row.getString(1), row.getString(2)),
                                    row.getBoolean(3),
                                    row.getBoolean(4),
                                    row.getBoolean(5)))
                    .stream()
                    .sorted(Comparator.comparing(TableRights::name))
                    .toList();
        });
    }

    @Override
    public List<TableProfile> profiles(Collection<TableName> names) {
        return reading(
                CATALOG_TIMEOUT,
                "reading the statistics",
                session -> Profiles.of(session, new Catalog(session).relations(names)));
    }

    @Override
    public Optional<TableProfile.Range> range(TableName table, String column) {
        Operation operation = Operation.on(table, "reading the ends of '" + column + "' of");
        try {
            return reading(RANGE_TIMEOUT, operation.doing(), session -> range(session, table, column, operation));
        } catch (LimitExceeded tooLong) {
            return Optional.empty();
        }
    }

    private static Optional<TableProfile.Range> range(
            Session session, TableName table, String column, Operation operation) {
        String name = Sql.identifier(column);
        boolean time = new Catalog(session)
                .relation(table)
                .flatMap(relation -> relation.table().column(column))
                .filter(found ->
                        Arrays.asList("date", "timestamp", "timestamptz").contains(found.baseType()))
                .isPresent();
        String form = time ? "extract(epoch FROM %s(%s))::float8" : "%s(%s)::float8";
        return session.query(
                        Sql.statement(
                                "inspect_range.sql",
                                Map.of(
                                        "low", form.formatted("min", name),
                                        "high", form.formatted("max", name),
                                        "table", Sql.table(table),
                                        "finite",
                                                time
                                                        ? "%s > '-infinity' AND %s < 'infinity'".formatted(name, name)
                                                        : "true")),
                        operation,
                        row -> row.getString(1) == null || row.getString(2) == null
                                ? Optional.<TableProfile.Range>empty()
                                : Optional.of(new TableProfile.Range(row.getDouble(1), row.getDouble(2))))
                .getFirst();
    }
}
