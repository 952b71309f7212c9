package dev.sluice.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/// A table of `sales.sql`.
///
/// @param stores slices, when sliced by store
record SalesTable(String name, long rows, int stores) {
    private static final String SQL = "sales.sql";

    /// Makes the table, unless it is there already.
    ///
    /// @return whether it had to be made
    boolean prepare(SourceServer server) throws IOException, SQLException {
        if (mark().equals(server.value("SELECT obj_description(to_regclass('%s'))".formatted(name)))) {
            return false;
        }
        server.execute(SQL, Map.of("table", name, "rows", String.valueOf(rows), "stores", String.valueOf(stores)));
        server.execute("COMMENT ON TABLE %s IS '%s'".formatted(name, mark()));
        return true;
    }

    /// Changes with everything that decides what the rows are.
    private String mark() throws IOException {
        return "%08x: %d rows, %d stores".formatted(SourceServer.text(SQL).hashCode(), rows, stores);
    }

    /// The bare copy of the whole table, in the shortest CSV.
    String copy() {
        return "COPY %s TO STDOUT (FORMAT csv)".formatted(name);
    }
}
