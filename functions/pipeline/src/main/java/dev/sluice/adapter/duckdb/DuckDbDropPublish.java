package dev.sluice.adapter.duckdb;

import dev.sluice.drop.DropPublication;
import dev.sluice.drop.FeedDefinition;
import dev.sluice.drop.FileReceipt;
import dev.sluice.model.Column;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import dev.sluice.store.Checkpoint;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// Files in one transaction: schema, fence, rows, the table that follows from them, ledger, commit. Anything
/// wrong rolls everything back.
final class DuckDbDropPublish {
    /// Parquet files that one INSERT reads; keeps the statement of bearable size.
    private static final int FILES_PER_STATEMENT = 1_000;

    private final Connection connection;
    private final DropPublication publication;
    private final Map<String, List<Path>> parquet;
    private final Feed feed;
    private final TableName target;
    private final TableName rows;

    /// @param parquet local files by key
    private DuckDbDropPublish(Connection connection, DropPublication publication, Map<String, List<Path>> parquet) {
        this.connection = connection;
        this.publication = publication;
        this.parquet = parquet;
        this.feed = publication.feed();
        this.target = feed.target();
        this.rows = DropPublication.rowsTable(feed);
    }

    /// Publishes what an earlier attempt of the same run has not published yet.
    static void run(Connection connection, DropPublication publication, Map<String, List<Path>> parquet)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            DuckDbDropLedger.create(connection);
            DropPublication rest = publication.without(DuckDbDropLedger.published(
                    connection, publication.feed().target(), publication.epoch(), publication.runId()));
            if (rest.files().isEmpty()) {
                connection.rollback();
                return;
            }
            new DuckDbDropPublish(connection, rest, parquet).publish();
            connection.commit();
            Checkpoint.reach("load.committed");
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private void publish() throws SQLException {
        checkEpoch();
        stage();
        if (!publication.loaded().isEmpty()) {
            publishRows();
        }
        Checkpoint.reach("load.rows-without-ledger");
        writeLedger();
        checkEpoch();
        publication.fence().run();
        Checkpoint.reach("load.before-commit");
    }

    private void checkEpoch() throws SQLException {
        long newest = DuckDbDropLedger.newestEpoch(connection, target);
        if (newest > publication.epoch()) {
            throw new DataMismatch(
                    "%s: the ledger has epoch %d, this run took the lock at epoch %d; another run took over, nothing was published"
                            .formatted(target, newest, publication.epoch()));
        }
    }

    private void publishRows() throws SQLException {
        boolean apart = !rows.equals(target);
        DuckDbDropTable table = new DuckDbDropTable(connection, feed, publication.loaded());
        if (apart
                && !DuckDbLedger.columns(connection, target).isEmpty()
                && DuckDbLedger.columns(connection, rows).isEmpty()) {
            throw new InvalidRequest(
                    "%s exists, but the rows that it would follow from do not: it was made by somebody else, or by this feed with mode: append. Name another table with target:, which is filled from every file under the prefix"
                            .formatted(target));
        }
        TableName elsewhere = DropPublication.apart(feed);
        if (!apart && !DuckDbLedger.columns(connection, elsewhere).isEmpty()) {
            throw new InvalidRequest(
                    "%s was derived from the rows in %s, and with mode: append it would hold them itself. Name another table with target:, which is filled from every file under the prefix"
                            .formatted(target, elsewhere));
        }
        List<String> columns = table.evolve(rows);
        DuckDbDerivation derivation = DuckDbDerivation.of(feed);
        if (apart) {
            table.evolve(target);
            derivation.begin(connection, definitionChanged() || isEmpty(target));
        }
        execute("DELETE FROM %s WHERE _sluice_slice IN (SELECT slice FROM sluice_dropped)".formatted(Sql.name(rows)));
        insertRows(columns);
        checkRows();
        if (apart) {
            derivation.end(connection, columns, publication);
        }
    }

    /// Whether rows of the table were loaded last under another configuration of the feed; then the whole table
    /// is derived anew. A refusal under the new one has derived nothing.
    private boolean definitionChanged() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT count(*) FROM (
                    SELECT definition_hash FROM sluice.drops WHERE table_name = ? AND state = 'loaded'
                    ORDER BY epoch DESC, loaded_at DESC LIMIT 1)
                WHERE definition_hash <> ?
                """)) {
            statement.setString(1, target.toString());
            statement.setString(2, FeedDefinition.hash(feed));
            try (ResultSet found = statement.executeQuery()) {
                found.next();
                return found.getLong(1) > 0;
            }
        }
    }

    /// As a table is that somebody dropped: then it is derived from all rows that there are.
    private boolean isEmpty(TableName table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT 1 FROM %s LIMIT 1".formatted(Sql.name(table)))) {
            return !found.next();
        }
    }

    /// The files and their Parquet as temporary tables.
    private void stage() throws SQLException {
        execute(
                "CREATE OR REPLACE TEMPORARY TABLE sluice_dropped (slice VARCHAR, key VARCHAR, sha256 VARCHAR, rows BIGINT)");
        execute("CREATE OR REPLACE TEMPORARY TABLE sluice_files (file VARCHAR, key VARCHAR)");
        DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
        try (DuckDBAppender dropped = duckdb.createAppender("temp", "main", "sluice_dropped")) {
            for (DropPublication.Published each : publication.loaded()) {
                dropped.beginRow();
                dropped.append(Slice.ofText(each.file().file().key()).encoded());
                dropped.append(each.file().file().key());
                dropped.append(each.file().sha256());
                dropped.append(each.file().rows());
                dropped.endRow();
            }
        }
        try (DuckDBAppender files = duckdb.createAppender("temp", "main", "sluice_files")) {
            for (Map.Entry<String, List<Path>> entry : parquet.entrySet()) {
                for (Path file : entry.getValue()) {
                    files.beginRow();
                    files.append(file.toString());
                    files.append(entry.getKey());
                    files.endRow();
                }
            }
        }
    }

    /// Files with the same columns go together: which columns a statement names depends on them.
    private void insertRows(List<String> columns) throws SQLException {
        Map<List<Column>, List<Path>> byColumns = new LinkedHashMap<>();
        for (DropPublication.Published each : publication.loaded()) {
            FileReceipt.ReadFile file = each.file();
            byColumns
                    .computeIfAbsent(file.columns(), same -> new ArrayList<>())
                    .addAll(Objects.requireNonNull(parquet.get(file.file().key())));
        }
        for (Map.Entry<List<Column>, List<Path>> group : byColumns.entrySet()) {
            List<String> has = group.getKey().stream().map(Column::name).toList();
            List<Path> all = group.getValue();
            for (int from = 0; from < all.size(); from += FILES_PER_STATEMENT) {
                List<String> names = columns.stream().filter(has::contains).toList();
                insert(names, all.subList(from, Math.min(all.size(), from + FILES_PER_STATEMENT)));
            }
        }
    }

    private void insert(List<String> columns, List<Path> some) throws SQLException {
        String sql = """
                INSERT INTO %s (%s, _sluice_slice, _sluice_file, _sluice_version, _sluice_line, _sluice_run, _sluice_synced_at)
                SELECT %s, d.slice, d.key, d.sha256, p._sluice_line, ?, ?
                FROM read_parquet([%s], filename = '_sluice_path', hive_partitioning = false) p
                JOIN sluice_files f ON f.file = p._sluice_path
                JOIN sluice_dropped d ON d.key = f.key
                """.formatted(
                        Sql.name(rows),
                        Sql.names(columns),
                        columns.stream().map(c -> "p." + Sql.name(c)).collect(Collectors.joining(", ")),
                        some.stream().map(path -> Sql.text(path.toString())).collect(Collectors.joining(", ")));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, publication.runId());
            statement.setObject(2, DuckDbLedger.utc(publication.publishedAt()));
            statement.execute();
        }
    }

    /// What the files hold now must be what was read.
    private void checkRows() throws SQLException {
        String sql = """
                SELECT d.key, d.rows, coalesce(t.found, 0)
                FROM sluice_dropped d
                LEFT JOIN (SELECT _sluice_slice AS slice, count(*) AS found FROM %s
                           WHERE _sluice_slice IN (SELECT slice FROM sluice_dropped) GROUP BY 1) t ON t.slice = d.slice
                WHERE d.rows <> coalesce(t.found, 0)
                LIMIT 1
                """.formatted(Sql.name(rows));
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            if (found.next()) {
                throw new DataMismatch("%s, file %s: %d rows were read and %d arrived; rolled back"
                        .formatted(target, found.getString(1), found.getLong(2), found.getLong(3)));
            }
        }
    }

    private void writeLedger() throws SQLException {
        DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
        execute("CREATE OR REPLACE TEMPORARY TABLE sluice_entries AS SELECT * FROM sluice.drops LIMIT 0");
        String definition = FeedDefinition.hash(feed);
        try (DuckDBAppender entries = duckdb.createAppender("temp", "main", "sluice_entries")) {
            for (DropPublication.Published each : publication.files()) {
                FileReceipt.ReadFile file = each.file();
                entries.beginRow();
                entries.append(target.toString());
                entries.append(feed.name());
                entries.append(file.file().key());
                entries.append(file.version());
                entries.append(file.file().etag());
                entries.append(file.file().bytes());
                entries.append(DuckDbLedger.utc(file.file().modifiedAt()));
                entries.append(file.sha256());
                entries.append(file.rows());
                entries.append(file.badRows());
                entries.append(definition);
                entries.append(file.state().word());
                entries.append(file.reason().orElse(""));
                entries.append(each.receipt());
                entries.append(publication.runId());
                entries.append(publication.epoch());
                entries.append(DuckDbLedger.utc(publication.publishedAt()));
                entries.endRow();
            }
        }
        execute("INSERT INTO sluice.drops SELECT * FROM sluice_entries");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
