package dev.sluice.lambda;

import dev.sluice.adapter.duckdb.DuckDbConverter;
import dev.sluice.adapter.duckdb.DuckDbDropReader;
import dev.sluice.adapter.postgres.PostgresSource;
import dev.sluice.adapter.snowflake.SnowflakeDrops;
import dev.sluice.adapter.snowflake.SnowflakeWarehouse;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.SourceConfig;
import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.SourceUnavailable;
import dev.sluice.run.Doorbell;
import dev.sluice.run.DropStages;
import dev.sluice.run.DropWiring;
import dev.sluice.run.HistoryWiring;
import dev.sluice.run.Stages;
import dev.sluice.run.Wiring;
import dev.sluice.source.SharedSnapshots;
import dev.sluice.source.Source;
import dev.sluice.store.Documents;
import dev.sluice.store.TableLocks;
import dev.sluice.store.WorkDirectory;
import dev.sluice.warehouse.Warehouse;
import java.time.Clock;
import java.time.Duration;

/// What one invocation stands on. Nothing is opened before a stage asks for it.
///
/// @param holder      names this process in locks
/// @param duckDbBytes what DuckDB may allocate
record FunctionWiring(
        SluiceConfig config,
        Documents documents,
        Deadline deadline,
        Measured measured,
        WorkDirectory work,
        Clock clock,
        String holder,
        long duckDbBytes) {
    /// A loading statement that takes longer is waited for by the next attempt.
    private static final Duration LONGEST_AWAIT = Duration.ofMinutes(10);

    Stages stages() {
        SourceConfig from = config.requiredSource();
        Source source = PostgresSource.of(from.url(), from.user(), from.password());
        return new Stages(new Wiring(
                config,
                source,
                new SharedSnapshots(source, false, deadline.forStatement()),
                documents,
                warehouse(),
                directory ->
                        DuckDbConverter.open(directory, Runtime.getRuntime().availableProcessors(), duckDbBytes),
                locks(),
                work,
                clock,
                measured,
                FunctionWiring::pause));
    }

    /// Objects of S3 appear whole: no file needs time to settle.
    DropStages dropStages() {
        return new DropStages(new DropWiring(
                config.drops(),
                documents,
                warehouse(),
                new TimedDrops(
                        new SnowflakeDrops(snowflake(), documents.store(), this::longestAwait),
                        measured.warehouseNanos),
                directory -> DuckDbDropReader.open(directory, duckDbBytes),
                locks(),
                work,
                clock,
                measured,
                Duration.ZERO,
                config.lake().keep(),
                HistoryWiring.NONE));
    }

    Doorbell doorbell() {
        return new Doorbell(config.drops(), documents.store(), locks());
    }

    private Warehouse warehouse() {
        return new TimedWarehouse(
                new SnowflakeWarehouse(snowflake(), documents.store(), this::longestAwait), measured.warehouseNanos);
    }

    private WarehouseConfig.Snowflake snowflake() {
        return (WarehouseConfig.Snowflake) config.warehouse();
    }

    private Duration longestAwait() {
        Duration left = deadline.forStatement();
        return left.compareTo(LONGEST_AWAIT) < 0 ? left : LONGEST_AWAIT;
    }

    /// Nobody can tell from outside whether a function still runs, so its lock has to expire.
    private TableLocks locks() {
        return new TableLocks(documents.store(), clock, holder, name -> false);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceUnavailable("waiting for the source's counters: stopped", e);
        }
    }
}
