package dev.sluice.adapter.postgres;

import dev.sluice.config.Secret;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SliceBy;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.source.Look;
import dev.sluice.source.Sight;
import dev.sluice.source.Snapshot;
import dev.sluice.source.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// PostgreSQL from 9.6, and what speaks its protocol and has its catalogue. Needs no more than SELECT.
/// Thread-safe.
///
/// Every transaction runs with `search_path = pg_catalog`, so that nobody's function or operator can take
/// the place of a built-in one: a slice expression names functions and types of other schemas with their
/// schema, as in `public.region_of(postal_code)`. pg_dump and index builds ask the same of a function's
/// body.
///
/// Plain views are not among [#tables], but may be synced by name from PostgreSQL 11, which can lock them
/// with all they read. Materialised views and foreign tables cannot be locked by name; they are locked by
/// the first query, and a snapshot is refused as passing failure if they were rewritten between it and
/// that lock. What a foreign table's own server does meanwhile nobody can hold still.
public final class PostgresSource implements Source {
    /// Longest time for one look at the catalogue.
    private static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(60);

    private static final String APPLICATION = "sluice";

    private final Session.Target target;

    private PostgresSource(Session.Target target) {
        this.target = target;
    }

    /// @param jdbcUrl  `jdbc:postgresql://host:port/database`, with the driver's own parameters for TLS
    ///                 and the like
    /// @param user     may be empty if the URL names the user
    /// @param password asked for on every connection, so that a rotated one is picked up
    /// @throws InvalidRequest the URL is not one of PostgreSQL's
    public static PostgresSource of(String jdbcUrl, String user, Supplier<String> password) {
        return new PostgresSource(new Session.Target(Session.checkUrl(jdbcUrl), user, password));
    }

    /// As [#of(String, String, Supplier)]; a password that is refused is asked for anew where it is kept.
    public static PostgresSource of(String jdbcUrl, String user, Secret password) {
        return new PostgresSource(new Session.Target(Session.checkUrl(jdbcUrl), user, password));
    }

    @Override
    public List<TableName> tables() {
        return reading(Catalog::tables);
    }

    @Override
    public List<SourceTable> describe(Collection<TableName> names) {
        return reading(catalog ->
                catalog.relations(names).stream().map(Relation::table).toList());
    }

    private <T> T reading(Function<Catalog, T> work) {
        try (Session session = Session.open(target, APPLICATION + "/catalog", CATALOG_TIMEOUT)) {
            session.beginReading(Operation.of("reading the catalogue"));
            return work.apply(new Catalog(session));
        }
    }

    @Override
    public void checkSliceBy(TableSync sync) {
        switch (sync.sliceBy()) {
            case SliceBy.Whole whole -> {}
            case SliceBy.Value value -> {}
            case SliceBy.Expression expression -> judge(sync, expression.sql());
            case SliceBy.Time time -> checkTimezone(sync, time.timezone());
        }
    }

    private void judge(TableSync sync, String expression) {
        SliceExpression parsed = SliceExpression.parse(sync.source(), expression);
        try (Session session = Session.open(target, APPLICATION + "/check/" + sync.source(), CATALOG_TIMEOUT)) {
            new SliceByJudge(session, sync.source(), parsed).judge();
        }
    }

    private void checkTimezone(TableSync sync, String timezone) {
        Operation operation = Operation.on(sync.source(), "checking timezone '" + timezone + "' of");
        try (Session session = Session.open(target, APPLICATION + "/check/" + sync.source(), CATALOG_TIMEOUT)) {
            session.beginReading(operation);
            session.query(
                    Sql.statement("timezone.sql", Map.of("timezone", Sql.literal(timezone))),
                    operation.withExpression(),
                    row -> row.getString(1));
        } catch (dev.sluice.model.InvalidRequest e) {
            throw new InvalidRequest(
                    "%s: timezone '%s': the source does not know it".formatted(sync.source(), timezone), e);
        }
    }

    @Override
    public Sight look(TableSync sync, String run, Optional<Instant> since) {
        String application = application(sync, run);
        try (Session session = Session.open(target, application, CATALOG_TIMEOUT)) {
            return new Counters(session, sync, Look.COUNTED_AFTER).look(since);
        }
    }

    private static String application(TableSync sync, String run) {
        return APPLICATION + "/" + run + "/" + sync.source();
    }

    @Override
    public Snapshot open(TableSync sync, String run, Duration statementTimeout) {
        String application = application(sync, run);
        return PostgresSnapshot.open(() -> Session.open(target, application, statementTimeout), sync);
    }
}
