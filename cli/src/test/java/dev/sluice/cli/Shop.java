package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Three tables of equal rows, one per strategy, and business that changes, adds and takes away slices of
/// all of them. Days lie far back: which slices a run looks at does not depend on when the test runs.
final class Shop {
    static final String WHOLESALE = "public.store";
    static final String SLICED = "public.sales";
    static final String TIME_SLICED = "public.visits";

    /// Changed by every round of [#business]: more than the first wave takes.
    static final int CHANGED_DAYS = 10;

    private final Bed bed;
    private int round;

    Shop(Bed bed) {
        this.bed = bed;
        for (String table : new String[] {"store", "sales", "visits"}) {
            bed.execute(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, part date, v int NOT NULL, note text)",
                    "INSERT INTO " + table + " SELECT n, date '2020-03-01' + n % 15, 0, repeat('x', 20) || n"
                            + " FROM generate_series(1, 300) n");
        }
        bed.tables(
                WHOLESALE + ": {strategy: wholesale}",
                SLICED + ": {strategy: sliced, slice_by: part}",
                TIME_SLICED
                        + ": {strategy: time-sliced, slice_by: part, grain: day, recheck: {recent: 100, audit_days: 1}}");
    }

    Bed bed() {
        return bed;
    }

    /// Updates in place in most slices, a slice that appears, one that vanishes, some rows less
    /// elsewhere.
    void business() {
        round++;
        for (String table : new String[] {"store", "sales", "visits"}) {
            bed.execute(
                    "UPDATE %s SET v = %d WHERE part < date '2020-03-01' + %d"
                            .formatted(table, round, CHANGED_DAYS - 1),
                    "DELETE FROM %s WHERE part >= '2021-01-01' OR id = %d".formatted(table, round),
                    "INSERT INTO %s SELECT 1000 + n, date '2021-01-01' + %d, %d, 'new' FROM generate_series(1, 7) n"
                            .formatted(table, round, round));
        }
    }

    /// What a reader of the warehouse finds, by slice; empty if there is no table. Proves that the ledger
    /// says the same of it: slices, rows, and the run that wrote them.
    Map<String, String> published(String table) {
        try (Connection connection = bed.warehouse()) {
            if (!exists(connection, table)) {
                if (exists(connection, "sluice.slice_log")) {
                    assertThat(value(
                                    connection,
                                    "SELECT count(*) FROM sluice.slice_log WHERE table_name = '" + table + "'"))
                            .isEqualTo("0");
                }
                return Map.of();
            }
            assertThat(value(connection, """
                    SELECT string_agg(concat_ws(' ', d.slice, d.found, l.slice, l.warehouse_rows, d.run, l.run_id), '; ')
                    FROM (SELECT _sluice_slice AS slice, count(*) AS found, min(_sluice_run) AS run,
                                 max(_sluice_run) AS last FROM %1$s GROUP BY 1) d
                    FULL JOIN (SELECT slice, warehouse_rows, run_id FROM sluice.slices
                               WHERE table_name = '%1$s' AND action <> 'remove') l ON l.slice = d.slice
                    WHERE d.slice IS NULL OR l.slice IS NULL OR d.found <> l.warehouse_rows OR d.run <> l.run_id
                          OR d.run <> d.last
                    """.formatted(table)))
                    .as("slices of %s in which data and ledger disagree", table)
                    .isNull();
            return bySlice(connection, "SELECT part::VARCHAR, id, v, note FROM " + table);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The same of the source.
    Map<String, String> atSource(String table) {
        try (Connection connection = bed.source().connection()) {
            return bySlice(connection, "SELECT part::text, id, v, note FROM " + table);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A sync in this process finds its way: both ends equal, nothing left over.
    void assertRecovers() {
        var report = bed.sync();
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        assertInStep();
    }

    void assertInStep() {
        for (String table : new String[] {WHOLESALE, SLICED, TIME_SLICED}) {
            assertThat(published(table)).isEqualTo(atSource(table));
            bed.assertEqualEnds(table);
        }
        bed.assertNoOrphans();
        assertThat(bed.directory().resolve(".sluice/work")).isEmptyDirectory();
    }

    private static Map<String, String> bySlice(Connection connection, String sql) throws SQLException {
        Map<String, Stream.Builder<String>> rows = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                rows.computeIfAbsent(found.getString(1), slice -> Stream.builder())
                        .add(found.getInt(2) + " " + found.getInt(3) + " " + found.getString(4));
            }
        }
        Map<String, String> slices = new TreeMap<>();
        rows.forEach((slice, all) -> slices.put(slice, all.build().sorted().collect(Collectors.joining("\n"))));
        return slices;
    }

    static boolean exists(Connection connection, String table) throws SQLException {
        String[] name = table.split("\\.", 2);
        return !"0"
                .equals(value(
                        connection,
                        "SELECT count(*) FROM information_schema.tables WHERE table_schema = '%s' AND table_name = '%s'"
                                .formatted(name[0], name[1])));
    }

    @SuppressWarnings("NullAway")
    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
