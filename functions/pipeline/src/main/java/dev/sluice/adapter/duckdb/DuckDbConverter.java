package dev.sluice.adapter.duckdb;

import dev.sluice.model.*;
import dev.sluice.parquet.Converter;
import java.nio.file.Path;
import java.sql.*;
import java.util.*;
import java.util.stream.Collectors;

public final class DuckDbConverter implements Converter {
    private final Connection c;

    private DuckDbConverter(Connection c) {
        this.c = c;
    }

    public static DuckDbConverter open(Path work, int threads, long memory) {
        try {
            Connection c = DriverManager.getConnection("jdbc:duckdb:");
            try (Statement s = c.createStatement()) {
                s.execute("SET TimeZone='UTC'");
            }
            return new DuckDbConverter(c);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Converted convert(Request r) {
        String cols = r.columns().stream()
                .map(x -> Sql.text(x.name()) + ": 'VARCHAR'")
                .collect(Collectors.joining(", ", "{", "}"));
        String sel = r.columns().stream()
                .map(x -> {
                    String n = Sql.name(x.name());
                    return switch (x.type()) {
                        case ColumnType.Bytes b -> "unhex(substr(" + n + ",3)) AS " + n;
                        case ColumnType.ArrayAsJson b -> n + "::JSON AS " + n;
                        default -> n + "::" + DuckDbTypes.ddl(x.type()) + " AS " + n;
                    };
                })
                .collect(Collectors.joining(", "));
        Path out = r.out().resolve("part-00000.parquet");
        String files = r.raw().stream().map(p -> Sql.text(p.toString())).collect(Collectors.joining(",", "[", "]"));
        String from = "read_csv(" + files + ", columns=" + cols
                + ", header=true, compression='zstd', nullstr='', allow_quoted_nulls=false, parallel=false, quote='\"', escape='\"', delim=',', max_line_size=20000000)";
        try (Statement s = c.createStatement()) {
            s.execute("COPY (SELECT " + sel + " FROM " + from + ") TO " + Sql.text(out.toString())
                    + " (FORMAT parquet, COMPRESSION zstd)");
            Map<String, Long> nulls = new HashMap<>();
            String q = "SELECT count(*)"
                    + r.columns().stream()
                            .map(x -> ", count(*)-count(" + Sql.name(x.name()) + ")")
                            .collect(Collectors.joining())
                    + " FROM read_parquet(" + Sql.text(out.toString()) + ")";
            try (ResultSet rs = s.executeQuery(q)) {
                rs.next();
                for (int i = 0; i < r.columns().size(); i++)
                    nulls.put(r.columns().get(i).name(), rs.getLong(i + 2));
                return new Converted(List.of(out), rs.getLong(1), nulls);
            }
        } catch (SQLException e) {
            throw new UnsupportedValue(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        try {
            c.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
