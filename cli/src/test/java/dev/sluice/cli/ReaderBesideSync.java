package dev.sluice.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A main class: runs a sync in a thread and reads the table from a second connection of the same process
/// all the while, because DuckDB lets no other process in. Prints every state it saw that differs from
/// the one before, then the exit code of the sync.
///
/// Arguments: DuckDB file, table, and those of `sluice`. Where the sync pauses, the reader takes a few
/// looks and lets it go on.
final class ReaderBesideSync {
    private static final int LOOKS = 20;

    private ReaderBesideSync() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rest = List.of(arguments).subList(2, arguments.length);
        Path pauseFile = Path.of(System.getProperty("sluice.pause.file", ""));
        List<String> seen = new ArrayList<>();
        List<String> pauses = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + arguments[0])) {
            PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
            CompletableFuture<Integer> sync =
                    CompletableFuture.supplyAsync(() -> Sluice.run(err, err, rest.toArray(String[]::new)));
            while (!sync.isDone()) {
                look(connection, arguments[1], seen);
                if (Files.exists(pauseFile)) {
                    for (int i = 0; i < LOOKS; i++) {
                        look(connection, arguments[1], seen);
                    }
                    pauses.add(seen.getLast());
                    Files.delete(pauseFile);
                }
            }
            look(connection, arguments[1], seen);
            seen.forEach(state -> System.out.println("saw " + state));
            pauses.forEach(state -> System.out.println("paused " + state));
            System.out.println("exit " + sync.get());
        }
    }

    /// One statement, as a reader would send it: rows, their sum, and the hash of each slice.
    private static void look(Connection connection, String table, List<String> seen) throws SQLException {
        String state = state(connection, table);
        if (seen.isEmpty() || !seen.getLast().equals(state)) {
            seen.add(state);
        }
    }

    static String state(Connection connection, String table) throws SQLException {
        String sql = """
                SELECT string_agg(slice || '=' || rows || '/' || versions, ' ' ORDER BY slice)
                FROM (SELECT part::VARCHAR AS slice, count(*) AS rows,
                             string_agg(DISTINCT v::VARCHAR, '+' ORDER BY v::VARCHAR) AS versions
                      FROM %s GROUP BY 1)
                """.formatted(table);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }
}
