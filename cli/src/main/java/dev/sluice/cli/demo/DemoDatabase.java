package dev.sluice.cli.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// An embedded PostgreSQL with the retailer's tables. Stopped, and its files deleted, when closed.
public final class DemoDatabase implements AutoCloseable {
    private final EmbeddedPostgres server;

    private DemoDatabase(EmbeddedPostgres server) {
        this.server = server;
    }

    /// @param directory for the server's files
    public static DemoDatabase start(Path directory) throws IOException, SQLException {
        DemoDatabase database = new DemoDatabase(EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(true)
                .setServerConfig("fsync", "off")
                .setServerConfig("shared_buffers", "64MB")
                .start());
        try {
            database.execute(resource("schema.sql"));
            database.execute("ANALYZE");
            return database;
        } catch (SQLException e) {
            database.close();
            throw e;
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    /// Rows of all the retailer's tables.
    public long rows() throws SQLException {
        String sql = """
                SELECT (SELECT count(*) FROM pharmacy.store) + (SELECT count(*) FROM pharmacy.product)
                     + (SELECT count(*) FROM pharmacy.prescription) + (SELECT count(*) FROM pharmacy.sales)
                     + (SELECT count(*) FROM pharmacy.transactions)
                """;
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// Lets some days of business pass.
    ///
    /// @param teller told what happens, event by event
    public void someDaysOfBusiness(Consumer<String> teller) throws SQLException {
        List<String> open = new ArrayList<>();
        for (String line : resource("business.sql").lines().skip(1).toList()) {
            if (line.startsWith("-- ")) {
                flush(open);
                teller.accept(line.substring(3));
            } else {
                open.add(line);
            }
        }
        flush(open);
    }

    private void flush(List<String> lines) throws SQLException {
        if (!lines.isEmpty()) {
            execute(String.join("\n", lines));
            lines.clear();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String resource(String name) {
        try (InputStream in = DemoDatabase.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop the embedded PostgreSQL", e);
        }
    }
}
