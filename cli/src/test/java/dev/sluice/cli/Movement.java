package dev.sluice.cli;

import dev.sluice.raw.LandReceipt;
import dev.sluice.run.RunReport;
import dev.sluice.store.ObjectStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/// What a run moved of one table, in encoded slices.
///
/// @param read     slices whose rows the run read from the source
/// @param written  slices whose rows in the warehouse carry the run
/// @param standing slices that the warehouse holds, of whatever run
record Movement(NavigableSet<String> read, NavigableSet<String> written, NavigableSet<String> standing) {
    /// What a run moved of every table, by target.
    record OfRun(Map<String, Movement> byTarget) {
        Movement table(String target) {
            return Objects.requireNonNull(byTarget.get(target), target);
        }
    }

    static OfRun of(Bed bed, RunReport report) {
        Map<String, Movement> movements = new HashMap<>();
        report.tables()
                .forEach(t -> movements.put(
                        t.target().toString(), new Movement(new TreeSet<>(), new TreeSet<>(), new TreeSet<>())));
        OfRun moved = new OfRun(movements);
        bed.with(run -> {
            for (ObjectStore.Stat stat : run.documents().store().list("runs/" + report.runId() + "/")) {
                if (stat.key().endsWith("-land.json")) {
                    LandReceipt receipt = run.documents().get(stat.key(), LandReceipt.class);
                    NavigableSet<String> read =
                            moved.table(receipt.target().toString()).read();
                    receipt.slices().forEach(s -> read.add(s.slice().encoded()));
                }
            }
            return moved;
        });
        try (Connection warehouse = bed.warehouse();
                Statement statement = warehouse.createStatement()) {
            for (Map.Entry<String, Movement> entry : movements.entrySet()) {
                String sql = "SELECT DISTINCT _sluice_slice, _sluice_run FROM " + Bed.quoted(entry.getKey());
                try (ResultSet rows = statement.executeQuery(sql)) {
                    while (rows.next()) {
                        entry.getValue().standing().add(rows.getString(1));
                        if (rows.getString(2).equals(report.runId())) {
                            entry.getValue().written().add(rows.getString(1));
                        }
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return moved;
    }
}
