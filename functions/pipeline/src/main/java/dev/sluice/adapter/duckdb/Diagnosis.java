package dev.sluice.adapter.duckdb;

import dev.sluice.adapter.duckdb.CsvReading.Parts;
import dev.sluice.adapter.duckdb.ExactCast.Kind;
import dev.sluice.adapter.duckdb.ExactCast.NegativeZero;
import dev.sluice.model.Column;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.parquet.Converter.Request;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// Reads a slice that was refused a second time, to say which columns, how many rows, and why; never a
/// value.
final class Diagnosis {
    private final Connection connection;
    private final Request request;

    Diagnosis(Connection connection, Request request) {
        this.connection = connection;
        this.request = request;
    }

    RuntimeException of(Parts parts, CsvReading reading, DuckDbProblem.Kind kind) {
        try (Statement statement = connection.createStatement()) {
            List<String> blamed = kind == DuckDbProblem.Kind.ENCODING
                    ? misencoded(statement, parts, reading)
                    : refused(statement, parts, reading);
            if (blamed.isEmpty()) {
                return new IllegalStateException(
                        "%s: a value was refused, but no column is to blame".formatted(DuckDbConverter.place(request)));
            }
            return unsupported(blamed);
        } catch (SQLException e) {
            DuckDbProblem problem = DuckDbProblem.of(e);
            return unsupported(List.of("a value that Parquet cannot hold exactly (looking for it ended with: %s)"
                    .formatted(problem.words())));
        }
    }

    private UnsupportedValue unsupported(List<String> blamed) {
        return new UnsupportedValue(
                "%s: %s. Leave the column out with columns: [-name], carry it as text with types: {name: text}, or change the rows at the source"
                        .formatted(DuckDbConverter.place(request), String.join("; ", blamed)));
    }

    private List<String> refused(Statement statement, Parts parts, CsvReading reading) throws SQLException {
        List<Column> columns = request.carried();
        ExactSelect select = new ExactSelect(request.columns(), columns, NegativeZero.WRITTEN);
        List<String> blamed = new ArrayList<>();
        try (ResultSet counts = statement.executeQuery(select.counts(reading.sql(parts, false)))) {
            counts.next();
            int position = 1;
            for (int i = 0; i < columns.size(); i++) {
                StringJoiner reasons = new StringJoiner(", ");
                for (Kind kind : select.kinds(i)) {
                    long rows = counts.getLong(position++);
                    if (rows > 0) {
                        reasons.add(rows(rows) + " with " + kind.words());
                    }
                }
                if (reasons.length() > 0) {
                    blamed.add(column(columns.get(i)) + reasons);
                }
            }
        }
        return blamed;
    }

    private List<String> misencoded(Statement statement, Parts parts, CsvReading reading) throws SQLException {
        List<Column> columns = request.columns();
        // every column must be wanted, or it is not looked at
        StringJoiner all = new StringJoiner(", ", "SELECT ", "");
        for (int i = 0; i < columns.size(); i++) {
            all.add("max(strlen(c%d))".formatted(i));
        }
        List<String> blamed = new ArrayList<>();
        try {
            statement.executeQuery(all + " FROM " + reading.sql(parts, true)).close();
            String sql =
                    "SELECT column_name, count(*) FROM rejects WHERE error_type = 'INVALID ENCODING' GROUP BY 1 ORDER BY 1";
            try (ResultSet counts = statement.executeQuery(sql)) {
                while (counts.next()) {
                    String name = counts.getString(1);
                    String where = name == null || !name.matches("\"?c\\d+\"?")
                            ? ""
                            : column(columns.get(Integer.parseInt(name.replaceAll("\\D", ""))));
                    blamed.add(where + rows(counts.getLong(2)) + " with text that is not UTF-8");
                }
            }
        } finally {
            statement.execute("DROP TABLE IF EXISTS rejects");
            statement.execute("DROP TABLE IF EXISTS scans");
        }
        return blamed.isEmpty() ? List.of("rows with text that is not UTF-8") : blamed;
    }

    private static String column(Column column) {
        return "column '%s' (%s): ".formatted(column.name(), column.sourceType());
    }

    private static String rows(long count) {
        return count == 1 ? "1 row" : count + " rows";
    }
}
