package dev.sluice.config;

import dev.sluice.model.Consistency;
import dev.sluice.model.Detect;
import dev.sluice.model.OnFailedSlice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.model.WarehouseRecheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a table is kept in step, defaults settled, before it is known which table: a wildcard stands for
/// many. The components are those of [TableSync], and two more.
///
/// @param group       with which the table is synced; empty: only by runs that name no group
/// @param freshWithin how old the table may be before it is late; empty: any age
public record TableSettings(
        Strategy strategy,
        SliceBy sliceBy,
        Detect detect,
        Consistency consistency,
        OnFailedSlice onFailedSlice,
        List<String> include,
        List<String> exclude,
        Map<String, String> types,
        long maxRows,
        boolean skipUnchanged,
        double maxShrink,
        int recentGrains,
        int auditDays,
        WarehouseRecheck warehouseRecheck,
        boolean untouched,
        Optional<Duration> budgetTime,
        Optional<Long> budgetBytes,
        long chunkBytes,
        Optional<String> group,
        Optional<Duration> freshWithin) {
    public TableSettings {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        types = Map.copyOf(types);
    }

    TableSync sync(TableName source, TableName target) {
        return new TableSync(
                source,
                target,
                strategy,
                sliceBy,
                detect,
                consistency,
                onFailedSlice,
                include,
                exclude,
                types,
                maxRows,
                skipUnchanged,
                maxShrink,
                recentGrains,
                auditDays,
                warehouseRecheck,
                untouched,
                budgetTime,
                budgetBytes,
                chunkBytes);
    }
}
