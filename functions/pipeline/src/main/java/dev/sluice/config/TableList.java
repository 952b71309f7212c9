package dev.sluice.config;

import dev.sluice.model.Definition;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Settles the entries against the tables that the source has. An exact name wins over every wildcard, of
/// two wildcards the later one wins; the order is that of first mention, inside a wildcard by name.
final class TableList {
    /// A table and the entry that decides over it.
    record Kept(TableName source, TableEntry entry) {
        TableName target() {
            return entry.target().orElse(source);
        }
    }

    private TableList() {}

    /// @param describe asks the source's catalogue, so that columns can be checked too
    /// @throws dev.sluice.model.InvalidRequest with every problem
    static List<TableSync> settle(
            List<TableEntry> entries,
            Collection<TableName> existing,
            Function<Collection<TableName>, List<SourceTable>> describe) {
        return settle(entries, existing, describe, Optional.empty());
    }

    /// @param group empty: every table, of whatever group or of none
    static List<TableSync> settle(
            List<TableEntry> entries,
            Collection<TableName> existing,
            Function<Collection<TableName>, List<SourceTable>> describe,
            Optional<String> group) {
        Problems problems = new Problems();
        Set<TableName> tables = new TreeSet<>(existing);
        Map<TableName, TableEntry> chosen = new LinkedHashMap<>();
        for (TableEntry entry : entries) {
            for (TableName table : matches(entry, tables, problems)) {
                chosen.merge(table, entry, TableList::stronger);
            }
        }
        List<Kept> kept = new ArrayList<>();
        chosen.forEach((table, entry) -> {
            if (!entry.skips()) {
                kept.add(new Kept(table, entry));
            }
        });
        checkTargets(kept, problems);
        if (kept.isEmpty() && !problems.any() && !entries.isEmpty()) {
            problems.add(
                    entries.getFirst().at(), "tables", "found no table that is kept in step; expected at least one");
        }
        kept.removeIf(table -> group.isPresent() && !group.equals(table.entry().group()));
        checkColumns(kept, describe, problems);
        problems.throwIfAny();
        return kept.stream().flatMap(table -> sync(table).stream()).toList();
    }

    /// As [#settle] with a source that has every table that is named, and the given one.
    static List<TableSync> settleUnseen(List<TableEntry> entries, String table) {
        Set<TableName> existing = new TreeSet<>();
        boolean named = false;
        for (TableEntry entry : entries) {
            Optional<TableName> exact = entry.pattern().exact();
            exact.ifPresent(existing::add);
            named |= exact.map(name -> name.toString().equals(table)).orElse(false)
                    || entry.target().map(name -> name.toString().equals(table)).orElse(false);
        }
        if (!named && table.indexOf('.') > 0 && table.indexOf('.') < table.length() - 1) {
            existing.add(TableName.parse(table));
        }
        List<TableEntry> matching = entries.stream()
                .filter(entry -> existing.stream().anyMatch(entry.pattern()::matches))
                .toList();
        return settle(matching, existing, none -> List.of());
    }

    static Map<TableName, Duration> freshWithin(List<TableEntry> entries, Collection<TableName> targets) {
        Map<TableName, TableEntry> chosen = new LinkedHashMap<>();
        for (TableEntry entry : entries) {
            entry.pattern().exact().ifPresent(table -> chosen.put(table, entry));
        }
        for (TableEntry entry : entries) {
            targets.stream().filter(entry.pattern()::matches).forEach(t -> chosen.merge(t, entry, TableList::stronger));
        }
        Map<TableName, Duration> within = new LinkedHashMap<>();
        chosen.forEach((table, entry) -> entry.settings()
                .flatMap(TableSettings::freshWithin)
                .ifPresent(duration -> within.putIfAbsent(new Kept(table, entry).target(), duration)));
        return within;
    }

    private static Optional<TableSync> sync(Kept table) {
        return table.entry().settings().map(settings -> settings.sync(table.source(), table.target()));
    }

    private static void checkColumns(
            List<Kept> kept, Function<Collection<TableName>, List<SourceTable>> describe, Problems problems) {
        Map<TableName, SourceTable> described = new HashMap<>();
        describe.apply(kept.stream().map(Kept::source).toList()).forEach(t -> described.put(t.name(), t));
        for (Kept table : kept) {
            SourceTable found = described.get(table.source());
            Optional<TableSync> sync = sync(table);
            if (found != null && sync.isPresent()) {
                try {
                    Definition.checkNames(sync.get(), found);
                } catch (InvalidRequest mistake) {
                    problems.add(table.entry().at(), table.entry().path(), String.valueOf(mistake.getMessage()));
                }
            }
        }
    }

    private static TableEntry stronger(TableEntry earlier, TableEntry later) {
        return earlier.pattern().exact().isPresent() ? earlier : later;
    }

    private static List<TableName> matches(TableEntry entry, Set<TableName> tables, Problems problems) {
        Optional<TableName> exact = entry.pattern().exact();
        List<TableName> matches =
                tables.stream().filter(entry.pattern()::matches).toList();
        if (matches.isEmpty() && exact.isPresent()) {
            List<String> names = tables.stream().map(TableName::toString).toList();
            problems.add(
                    entry.at(),
                    entry.path(),
                    "the source has no such table"
                            + Words.suggestion(
                                    exact.get().toString(),
                                    names,
                                    ", or the role may not see it: " + grant(exact.get())));
        } else if (matches.isEmpty() && !entry.skips()) {
            problems.add(entry.at(), entry.path(), "the source has no table that matches, or the role may not see it");
        }
        return matches;
    }

    private static String grant(TableName table) {
        String schema = identifier(table.schema());
        return "GRANT USAGE ON SCHEMA %s and GRANT SELECT ON %s.%s let it"
                .formatted(schema, schema, identifier(table.name()));
    }

    private static String identifier(String name) {
        return '"' + Words.plain(name).replace("\"", "\"\"") + '"';
    }

    /// Refuses targets in the ledger's schemas, and targets that differ at most in case: warehouses fold
    /// it.
    static void checkTargets(List<Kept> tables, Problems problems) {
        Map<String, Kept> byTarget = new HashMap<>();
        for (Kept table : tables) {
            TableEntry entry = table.entry();
            if (TableKeys.isOurs(table.target())) {
                problems.add(
                        entry.at(),
                        entry.path(),
                        "%s would be written to %s, but schema %s belongs to the ledger; name another with target:"
                                .formatted(
                                        Words.plain(table.source().toString()),
                                        Words.plain(table.target().toString()),
                                        TableKeys.lower(table.target().schema())));
            }
            Kept first = byTarget.putIfAbsent(table.target().toString().toLowerCase(Locale.ROOT), table);
            if (first != null) {
                problems.add(
                        entry.at(),
                        entry.path(),
                        "%s and %s would both be written to %s; name another with target:"
                                .formatted(
                                        Words.plain(first.source().toString()),
                                        Words.plain(table.source().toString()),
                                        Words.plain(table.target().toString())));
            }
        }
    }
}
