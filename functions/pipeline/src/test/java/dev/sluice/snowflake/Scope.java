package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The names that an expression may use: of the FROM clause, of the select list, of the queries around.
final class Scope {
    final List<Source.Named> sources = new ArrayList<>();
    final Map<String, Expr> aliases = new LinkedHashMap<>();
    final Optional<Scope> outer;

    /// Columns of a USING, which are one although two tables have them.
    final Set<String> merged = new HashSet<>();

    Scope(Optional<Scope> outer) {
        this.outer = outer;
    }

    static Scope empty() {
        return new Scope(Optional.empty());
    }

    Optional<Typed> column(List<String> parts) {
        String column = parts.getLast();
        List<String> table = parts.subList(0, parts.size() - 1);
        Optional<Typed> found = Optional.empty();
        for (Source.Named source : sources) {
            if (!fits(source, table)) {
                continue;
            }
            for (int i = 0; i < source.columns().size(); i++) {
                if (source.columns().get(i).name().equals(column)) {
                    if (found.isPresent() && table.isEmpty() && merged.contains(column)) {
                        continue;
                    }
                    if (found.isPresent()) {
                        throw new SqlFailure(
                                "002028",
                                "42601",
                                "SQL compilation error:%nambiguous column name '%s'".formatted(column));
                    }
                    found = Optional.of(source.value(i));
                }
            }
            if (column.startsWith("METADATA$") && source.file().isPresent() && found.isEmpty()) {
                found = source.file().get().metadata(source.at(), column);
            }
        }
        return found.isPresent() ? found : outer.flatMap(o -> o.column(parts));
    }

    private static boolean fits(Source.Named source, List<String> table) {
        if (table.isEmpty()) {
            return true;
        }
        if (table.size() == 1) {
            return source.name().equals(Optional.of(table.getFirst()));
        }
        List<String> full = source.full().map(Name::parts).orElse(List.of());
        return full.size() >= table.size()
                && full.subList(full.size() - table.size(), full.size()).equals(table);
    }

    Source.Named source(Optional<String> name) {
        List<Source.Named> fitting = sources.stream()
                .filter(s -> name.isEmpty() || s.name().equals(name))
                .toList();
        if (fitting.size() != 1) {
            throw SqlFailure.identifier(name.orElse("$1"));
        }
        return fitting.getFirst();
    }
}
