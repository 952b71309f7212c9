package dev.sluice.cli.init;

import dev.sluice.model.Column;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.source.Inspection;
import dev.sluice.source.Source;
import dev.sluice.source.TableProfile;
import dev.sluice.source.TableRights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Collects the facts of many tables in a handful of statements. Where statistics are missing, the ends of
/// an index stand in for them; nothing else is read of the rows.
public final class Surveyor {
    private static final Set<String> WITH_ENDS = Set.of("date", "timestamp", "timestamptz", "int4", "int8");

    private final Source source;
    private final Inspection inspection;

    public Surveyor(Source source, Inspection inspection) {
        this.source = source;
        this.inspection = inspection;
    }

    /// Sorted by name.
    public List<TableFacts> survey(Predicate<TableName> wanted) {
        List<TableRights> rights = inspection.everyTable().stream()
                .filter(r -> wanted.test(r.name()))
                .toList();
        List<TableName> names = rights.stream().map(TableRights::name).toList();
        Map<TableName, SourceTable> tables = byName(source.describe(names), SourceTable::name);
        Map<TableName, TableProfile> profiles = byName(inspection.profiles(names), TableProfile::name);
        List<TableFacts> facts = new ArrayList<>();
        for (TableRights each : rights) {
            SourceTable table = tables.get(each.name());
            TableProfile profile = profiles.get(each.name());
            // A table that was dropped meanwhile is missing.
            if (table != null && profile != null) {
                facts.add(new TableFacts(each, table, each.readable() ? withEnds(table, profile) : profile));
            }
        }
        return facts;
    }

    private static <T> Map<TableName, T> byName(List<T> all, Function<T, TableName> name) {
        return all.stream().collect(Collectors.toMap(name, Function.identity()));
    }

    private TableProfile withEnds(SourceTable table, TableProfile profile) {
        if (table.bytes() <= Proposals.SMALL_BYTES || !profile.columns().isEmpty() || table.rowSecurity()) {
            return profile;
        }
        Map<String, TableProfile.Range> ends = new HashMap<>();
        for (Column column : table.columns()) {
            if (WITH_ENDS.contains(column.baseType()) && profile.indexed(column.name())) {
                inspection.range(table.name(), column.name()).ifPresent(range -> ends.put(column.name(), range));
            }
        }
        return profile.withRanges(ends);
    }
}
