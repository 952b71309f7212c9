package dev.sluice.run;

import dev.sluice.config.SluiceConfig;
import dev.sluice.parquet.Converter;
import dev.sluice.source.SharedSnapshots;
import dev.sluice.source.Source;
import dev.sluice.store.Documents;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.WorkDirectory;
import dev.sluice.warehouse.Warehouse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;

/// Everything that the stages stand on. Whoever builds it owns it and closes what must be closed.
public record Wiring(
        SluiceConfig config,
        Source source,
        SharedSnapshots snapshots,
        Documents documents,
        Warehouse warehouse,
        Function<Path, Converter> converters,
        TableLocks locks,
        WorkDirectory work,
        Clock clock,
        Progress progress,
        Pause pause) {
    /// Lets time pass. The one stage that waits by itself is plan-table, see [Counters].
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration duration);
    }
}
