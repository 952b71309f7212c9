package dev.sluice.cli.doctor;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TableEntry;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Definition;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SliceBy;
import dev.sluice.model.SourceTable;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.source.Inspection;
import dev.sluice.source.Source;
import dev.sluice.source.TableProfile;
import dev.sluice.source.TableRights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Every table of the configuration as a sync will meet it.
final class Tables {
    /// Below it the want of an index is not felt; rows.
    private static final double ROWS_TO_WANT_AN_INDEX = 1_000_000;

    private final Findings findings;
    private final Source source;
    private final Inspection inspection;
    private final String role;

    Tables(Findings findings, Source source, Inspection inspection, String role) {
        this.findings = findings;
        this.source = source;
        this.inspection = inspection;
        this.role = role;
    }

    /// What the catalogue says of the tables that are kept in step.
    List<SourceTable> check(SluiceConfig config) {
        Map<TableName, TableRights> rights = byName(inspection.everyTable(), TableRights::name);
        List<TableEntry> found = new ArrayList<>();
        for (TableEntry entry : config.tables()) {
            if (exists(entry, rights)) {
                found.add(entry);
            }
        }
        List<TableName> readable = rights.values().stream()
                .filter(TableRights::readable)
                .map(TableRights::name)
                .toList();
        List<TableSync> syncs = settled(config, found, readable);
        List<TableName> names = syncs.stream().map(TableSync::source).toList();
        Map<TableName, SourceTable> tables = byName(source.describe(names), SourceTable::name);
        Map<TableName, TableProfile> profiles = byName(inspection.profiles(names), TableProfile::name);
        for (TableSync sync : syncs) {
            Optional.ofNullable(tables.get(sync.source()))
                    .ifPresent(table -> findings.ask("table " + sync.source(), "", () -> {
                        table(sync, table, Optional.ofNullable(profiles.get(sync.source())));
                        return true;
                    }));
        }
        return List.copyOf(tables.values());
    }

    private static <T> Map<TableName, T> byName(List<T> all, Function<T, TableName> name) {
        return all.stream().collect(Collectors.toMap(name, Function.identity()));
    }

    /// Whether the entry can be settled; says of tables that cannot be read how they could.
    private boolean exists(TableEntry entry, Map<TableName, TableRights> all) {
        List<TableRights> matches = all.values().stream()
                .filter(rights -> entry.pattern().matches(rights.name()))
                .sorted(java.util.Comparator.comparing(TableRights::name))
                .toList();
        if (entry.settings().isEmpty()) {
            return !matches.isEmpty();
        }
        if (matches.isEmpty()) {
            findings.fail(
                    "table " + entry.pattern(),
                    "the source has no such table",
                    "correct the name (case counts) in tables:, or take it out; sluice init -c - shows what there is");
            return false;
        }
        boolean exact = entry.pattern().exact().isPresent();
        for (TableRights rights : matches) {
            if (!rights.readable() && (exact || rights.some())) {
                findings.fail(
                        "table " + rights.name(),
                        "role %s may not read it%s"
                                .formatted(
                                        role,
                                        !rights.usage()
                                                ? ": no USAGE on its schema"
                                                : rights.some() ? ": SELECT on some of its columns only" : ""),
                        grant(rights.name()));
            }
        }
        boolean any = matches.stream().anyMatch(TableRights::readable);
        if (!any && !exact) {
            findings.fail(
                    "table " + entry.pattern(),
                    "role %s may read none of the %d tables that match".formatted(role, matches.size()),
                    grant(matches.getFirst().name()));
        }
        return any;
    }

    private List<TableSync> settled(SluiceConfig config, List<TableEntry> found, List<TableName> readable) {
        if (found.stream().allMatch(entry -> entry.settings().isEmpty())) {
            return List.of();
        }
        SluiceConfig rest = new SluiceConfig(
                config.source(), config.lake(), config.warehouse(), config.groups(), found, config.drops());
        return findings.ask("tables", "correct the entries under tables:", () -> rest.tables(readable))
                .orElse(List.of());
    }

    private void table(TableSync sync, SourceTable table, Optional<TableProfile> profile) {
        String check = "table " + sync.source();
        if (table.rowSecurity()) {
            findings.fail(
                    check,
                    "row-level security would hide rows from %s, and a copy without them would look complete"
                            .formatted(role),
                    "ALTER ROLE %s BYPASSRLS; or skip: true".formatted(identifier(role)));
            return;
        }
        Definition definition;
        try {
            definition = Definition.of(sync, table);
        } catch (UnsupportedValue refused) {
            findings.fail(check, "a type has no exact counterpart in the warehouse", policies(sync, table));
            return;
        } catch (InvalidRequest refused) {
            findings.fail(check, String.valueOf(refused.getMessage()), "correct the entry under tables:");
            return;
        }
        try {
            source.checkSliceBy(sync);
        } catch (InvalidRequest refused) {
            findings.fail(
                    check,
                    String.valueOf(refused.getMessage()),
                    "slice_by needs a column, or an expression that gives the same text for the same row at any time");
            return;
        }
        if (sync.strategy() == Strategy.WHOLESALE && table.estimatedRows() > sync.maxRows()) {
            findings.fail(
                    check,
                    "about %.0f rows, above max_rows: %d".formatted(table.estimatedRows(), sync.maxRows()),
                    "strategy: sliced or time-sliced (sluice init -c - --select %s proposes one), or raise max_rows"
                            .formatted(sync.source()));
            return;
        }
        findings.ok(
                check,
                "%s, %s, %s, %d columns%s"
                        .formatted(
                                sync.strategy().word(),
                                table.estimatedRows() < 0
                                        ? "never analysed (ANALYZE gives better plans)"
                                        : "about %.0f rows".formatted(table.estimatedRows()),
                                Findings.bytes(table.bytes()),
                                definition.columns().size(),
                                hint(sync, table, profile)));
    }

    private static String hint(TableSync sync, SourceTable table, Optional<TableProfile> profile) {
        Optional<String> column = switch (sync.sliceBy()) {
            case SliceBy.Value value -> Optional.of(value.column());
            case SliceBy.Time time -> Optional.of(time.column());
            case SliceBy.Whole whole -> Optional.empty();
            case SliceBy.Expression expression -> Optional.empty();
        };
        boolean wanting = column.isPresent()
                && profile.isPresent()
                && table.estimatedRows() >= ROWS_TO_WANT_AN_INDEX
                && !profile.get().indexed(column.get());
        return wanting
                ? "; hint: no index begins with %s, so reading one slice scans the table".formatted(column.get())
                : "";
    }

    private static String policies(TableSync sync, SourceTable table) {
        Map<String, String> policies = new HashMap<>();
        List<String> words = new ArrayList<>();
        table.columns().stream()
                .filter(column -> column.type() instanceof ColumnType.Unsupported)
                .filter(column -> sync.include().isEmpty() || sync.include().contains(column.name()))
                .filter(column ->
                        !sync.exclude().contains(column.name()) && !sync.types().containsKey(column.name()))
                .forEach(column -> {
                    policies.put(column.name(), "text");
                    words.add("%s is %s".formatted(column.name(), column.sourceType()));
                });
        return "types: {%s} (%s); or leave them out with columns: [-name]"
                .formatted(
                        policies.keySet().stream()
                                .sorted()
                                .map(name ->
                                        (name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : identifier(name)) + ": text")
                                .collect(Collectors.joining(", ")),
                        String.join(", ", words));
    }

    private String grant(TableName table) {
        return "GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s.%s TO %s;"
                .formatted(
                        identifier(table.schema()),
                        identifier(role),
                        identifier(table.schema()),
                        identifier(table.name()),
                        identifier(role));
    }

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
