package dev.sluice.snowflake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Looks at the files of a COPY, finds the rows and columns that do not fit, and then loads what fits.
final class CopyFiles implements AutoCloseable {
    private final Run run;
    private final CopyStatement statement;
    private final Target target;
    private final CopyOptions options;

    private final List<StageSource> open = new ArrayList<>();
    private final List<Runnable> inserts = new ArrayList<>();

    CopyFiles(Run run, CopyStatement statement, Target target, CopyOptions options) {
        this.run = run;
        this.statement = statement;
        this.target = target;
        this.options = options;
    }

    /// What loading the file will come to. DuckDB cannot go on in a transaction after an error, so all
    /// errors are found before the first row is written.
    CopyResult look(String key, String url, byte[] bytes) {
        StageSource source = StageSource.open(run, options.format(), Map.of(key, bytes));
        open.add(source);
        String from = " FROM (" + source.sql() + ") f";
        Map<Relation.Column, String> fitted = new LinkedHashMap<>();
        values(source).forEach((column, value) -> fitted.put(column, target.fitted(value, column)));
        long parsed = run.account.store.number("SELECT count(*)" + from);
        Optional<CopyResult.CopyError> error = firstError(from, fitted, 0, parsed);
        if (error.isEmpty()) {
            inserts.add(() -> target.insert(fitted, from));
            return new CopyResult(url, parsed, parsed, limit(parsed), 0, Optional.empty());
        }
        return switch (options.onError()) {
            case "ABORT_STATEMENT" -> throw aborted(key, error.get());
            case "SKIP_FILE" -> new CopyResult(url, parsed, 0, 1, 1, error);
            default -> goodRows(url, from, fitted, parsed);
        };
    }

    /// Writes what was found good.
    void load() {
        inserts.forEach(Runnable::run);
    }

    @Override
    public void close() {
        open.forEach(StageSource::close);
    }

    private long limit(long parsed) {
        return options.onError().equals("CONTINUE") ? parsed : 1;
    }

    private CopyResult goodRows(String url, String from, Map<Relation.Column, String> fitted, long parsed) {
        long errors = 0;
        long loaded = 0;
        Optional<CopyResult.CopyError> first = Optional.empty();
        for (long row = 1; row <= parsed; row++) {
            Optional<CopyResult.CopyError> error = firstError(from, fitted, row, row);
            if (error.isEmpty()) {
                String one = from + " WHERE f.frow = " + row;
                inserts.add(() -> target.insert(fitted, one));
                loaded++;
            } else {
                errors++;
                first = first.or(() -> error);
            }
        }
        return new CopyResult(url, parsed, loaded, parsed, errors, first);
    }

    /// Looks at all rows at once, and only after a failure at single ones.
    private Optional<CopyResult.CopyError> firstError(
            String from, Map<Relation.Column, String> fitted, long low, long high) {
        String range = " WHERE f.frow BETWEEN %d AND %d".formatted(low, high);
        try {
            probe(String.join(
                            ", ",
                            fitted.values().stream()
                                    .map(v -> "count(" + v + ")")
                                    .toList())
                    + from
                    + range);
            return Optional.empty();
        } catch (SqlFailure e) {
            if (low < high) {
                long middle = Math.max(low, 1) + (high - Math.max(low, 1)) / 2;
                return firstError(from, fitted, Math.max(low, 1), middle)
                        .or(() -> firstError(from, fitted, middle + 1, high));
            }
            return Optional.of(inRow(from, range, fitted, low, e));
        }
    }

    private CopyResult.CopyError inRow(
            String from, String range, Map<Relation.Column, String> fitted, long row, SqlFailure failure) {
        for (Map.Entry<Relation.Column, String> value : fitted.entrySet()) {
            try {
                probe("count(" + value.getValue() + ")" + from + range);
            } catch (SqlFailure e) {
                int position = target.table.columns().indexOf(value.getKey()) + 1;
                String column = "\"%s\"[\"%s\":%d]"
                        .formatted(target.table.name().last(), value.getKey().name(), position);
                return new CopyResult.CopyError(String.valueOf(e.getMessage()), row, column);
            }
        }
        return new CopyResult.CopyError(String.valueOf(failure.getMessage()), row, "");
    }

    private void probe(String select) {
        run.account.store.query("SELECT " + select);
    }

    private static SqlFailure aborted(String key, CopyResult.CopyError error) {
        String code = error.text().startsWith("NULL result") ? "100072" : "100071";
        return new SqlFailure(
                code,
                "22000",
                "%s%n  File '%s', line %d, character 1%n  Row %d, column %s%n  If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option. For more information on loading options, please run 'info loading_data' in a SQL client."
                        .formatted(error.text(), key, error.row(), error.row(), error.column()));
    }

    private Map<Relation.Column, Typed> values(StageSource source) {
        if (!statement.select().isEmpty()) {
            return transformed(source);
        }
        if (options.match().isPresent()) {
            return matched(source);
        }
        List<Relation.Column> columns = target.columns(statement.columns());
        if (columns.size() != 1 || !columns.getFirst().type().kind().isSemiStructured()) {
            throw SqlFailure.compilation(
                    "%s file format can produce one and only one column of type variant, object, or array. Load data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy with transformation."
                            .formatted(options.format().type()));
        }
        return Map.of(columns.getFirst(), source.column("f", 1));
    }

    private Map<Relation.Column, Typed> transformed(StageSource source) {
        List<Relation.Column> columns = target.columns(statement.columns());
        if (columns.size() != statement.select().size()) {
            throw new SqlFailure(
                    "002020",
                    "21S01",
                    "SQL compilation error:%nInsert value list does not match column list expecting %d but got %d"
                            .formatted(columns.size(), statement.select().size()));
        }
        Scope scope = Scope.empty();
        scope.sources.add(StageSource.named(source, statement.alias(), "f"));
        Map<Relation.Column, Typed> values = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            values.put(
                    columns.get(i),
                    target.translator().expressions.translate(statement.select().get(i), scope));
        }
        return values;
    }

    /// A column that the file does not have becomes NULL, even if no column is found at all.
    private Map<Relation.Column, Typed> matched(StageSource source) {
        boolean exact = options.match().equals(Optional.of("CASE_SENSITIVE"));
        Map<Relation.Column, Typed> values = new LinkedHashMap<>();
        for (Relation.Column column : target.table.columns()) {
            Typed value = new Typed("NULL::VARCHAR", SfType.VARIANT);
            if (source.isJson()) {
                value = ExpressionTranslator.inside(source.column("f", 1), List.of(column.name()));
            }
            for (String name : source.columns().keySet()) {
                boolean same = exact
                        ? name.equals(column.name())
                        : name.toUpperCase(Locale.ROOT).equals(column.name().toUpperCase(Locale.ROOT));
                if (same) {
                    value = source.key("f", name).orElse(value);
                }
            }
            values.put(column, value);
        }
        return values;
    }
}
