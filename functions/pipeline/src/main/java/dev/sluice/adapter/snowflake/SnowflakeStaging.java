package dev.sluice.adapter.snowflake;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.TableName;
import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A wave in two transient tables, before any transaction: its rows as they are in Parquet, and the
/// manifest that says which slice each file belongs to. Both are named after target, epoch, wave and run,
/// so that an attempt finds what the one before it submitted, and a later run what a dead one left.
final class SnowflakeStaging {
    /// As many as Snowflake takes in one COPY.
    private static final int FILES_PER_COPY = 1_000;

    private static final int HASH_DIGITS = 16;
    private static final String LOADED = "LOADED";

    /// `\N` is a value like any other: by default Snowflake would make it NULL.
    private static final String PARQUET =
            "(TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE TRIM_SPACE = FALSE NULL_IF = ())";

    private static final String JSON = "(TYPE = JSON TRIM_SPACE = FALSE NULL_IF = ())";

    private final SnowflakeSession session;
    private final SnowflakeWave wave;
    private final ObjectStore store;
    private final String stage;
    private final TableName target;
    private final String key;

    SnowflakeStaging(SnowflakeSession session, SnowflakeWave wave, ObjectStore store, TableName stage) {
        this.session = session;
        this.wave = wave;
        this.store = store;
        this.stage = "@" + SnowflakeNames.sql(stage);
        this.target = wave.target();
        this.key = Keys.statements(wave.runId(), target, wave.number());
    }

    /// What an attempt submitted; written when all of it was.
    ///
    /// @param copies query ids of the COPYs of rows, none of which is missing
    record Submitted(String runId, long epoch, List<String> copies) {}

    /// What all staging tables of a target begin with.
    static String prefix(TableName target) {
        return "STAGE_" + sha256(target.toString()).substring(0, HASH_DIGITS) + "_";
    }

    String rows() {
        return table("ROWS");
    }

    String manifest() {
        return table("WAVE");
    }

    /// A table of this wave, by the prefix of which a later run finds it.
    String table(String what) {
        return "\"SLUICE\"."
                + SnowflakeNames.quoted(
                        "%s%d_%d_%s_%s".formatted(prefix(target), wave.epoch(), wave.number(), wave.runId(), what));
    }

    SnowflakeWave wave() {
        return wave;
    }

    boolean hasRows() {
        return wave.landed().stream().anyMatch(each -> each.rows() > 0);
    }

    /// Fills both tables, or goes on waiting for the attempt that began to.
    void fill() {
        Optional<List<Copied>> before = before();
        List<Copied> copied = before.isPresent() ? before.get() : anew();
        check(copied);
        Checkpoint.reach("load.staged");
    }

    private Optional<List<Copied>> before() {
        Optional<Submitted> submitted = new Documents(store)
                .find(key, Submitted.class)
                .filter(s -> s.epoch() == wave.epoch() && s.copies().size() == chunks().size());
        if (submitted.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(await(submitted.get().copies()));
        } catch (WarehouseUnavailable runsOn) {
            throw runsOn;
        } catch (RuntimeException failedThen) {
            // Its failure may have passed; what it staged is replaced.
            return Optional.empty();
        }
    }

    private List<Copied> anew() {
        store.write(manifestKey(), wave.manifest().lines().get());
        Checkpoint.reach("load.manifest-written");
        session.doing(target + ": create the staging tables", "GRANT CREATE TABLE ON SCHEMA SLUICE TO ROLE …");
        session.execute("CREATE OR REPLACE TRANSIENT TABLE %s (%s)"
                .formatted(manifest(), wave.manifest().ddl()));
        if (hasRows()) {
            session.execute("CREATE OR REPLACE TRANSIENT TABLE %s (%s)".formatted(rows(), ddl()));
        }
        Checkpoint.reach("load.staging-created");
        session.doing(target + ": stage the wave", "GRANT USAGE ON STAGE … TO ROLE …");
        session.execute("COPY INTO %s FROM (SELECT %s FROM %s) FILES = (%s) FILE_FORMAT = %s%s"
                .formatted(
                        manifest(), wave.manifest().select(), stage, SnowflakeSql.text(manifestKey()), JSON, OPTIONS));
        List<String> copies = new ArrayList<>();
        for (List<String> files : chunks()) {
            copies.add(session.submit(copy(files)));
        }
        new Documents(store).put(key, new Submitted(wave.runId(), wave.epoch(), copies));
        Checkpoint.reach("load.submitted");
        return await(copies);
    }

    private static final String OPTIONS = " ON_ERROR = ABORT_STATEMENT FORCE = TRUE";

    private String manifestKey() {
        return Keys.manifest(wave.runId(), target, wave.number());
    }

    private String ddl() {
        StringBuilder ddl = new StringBuilder();
        wave.columns()
                .forEach((name, column) -> ddl.append(SnowflakeNames.quoted(name))
                        .append(' ')
                        .append(SnowflakeTypes.staged(column.type()))
                        .append(", "));
        return ddl.append(SnowflakeNames.quoted(SnowflakeNames.FILE))
                .append(" VARCHAR")
                .toString();
    }

    private String copy(List<String> files) {
        StringBuilder select = new StringBuilder();
        wave.columns()
                .values()
                .forEach(column -> select.append(
                                SnowflakeTypes.read(column.type(), "$1:" + SnowflakeNames.quoted(column.name())))
                        .append(", "));
        return "COPY INTO %s FROM (SELECT %sMETADATA$FILENAME FROM %s) FILES = (%s) FILE_FORMAT = %s%s"
                .formatted(
                        rows(),
                        select,
                        stage,
                        String.join(", ", files.stream().map(SnowflakeSql::text).toList()),
                        PARQUET,
                        OPTIONS);
    }

    private List<List<String>> chunks() {
        List<String> files = wave.parts().stream().map(Part::key).toList();
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < files.size(); from += FILES_PER_COPY) {
            chunks.add(files.subList(from, Math.min(files.size(), from + FILES_PER_COPY)));
        }
        return chunks;
    }

    /// One row of a COPY's result.
    private record Copied(String file, String status, long parsed, long loaded) {
        static Copied of(ResultSet row) throws SQLException {
            return new Copied(
                    row.getString("file"),
                    row.getString("status"),
                    row.getLong("rows_parsed"),
                    row.getLong("rows_loaded"));
        }
    }

    private List<Copied> await(List<String> copies) {
        session.doing(target + ": stage the wave's files", "GRANT USAGE ON STAGE … TO ROLE …");
        List<Copied> copied = new ArrayList<>();
        copies.forEach(id -> copied.addAll(session.await(id, Copied::of)));
        return copied;
    }

    /// Every file was loaded whole, and together they are the rows that were landed.
    private void check(List<Copied> copied) {
        Map<String, Copied> byFile = new LinkedHashMap<>();
        copied.forEach(c -> byFile.put(pathInBucket(c.file()), c));
        for (SnowflakeWave.Landed each : wave.landed()) {
            long found = 0;
            for (Part part : each.rows() > 0 ? each.parts() : List.<Part>of()) {
                Copied file = byFile.get(store.bucketKey(part.key()));
                if (file == null || !file.status().equals(LOADED) || file.parsed() != file.loaded()) {
                    throw new DataMismatch("%s, %s: the file %s was not loaded whole (%s); nothing was published"
                            .formatted(target, each.what(), part.key(), file == null ? "no word of it" : file));
                }
                found += file.loaded();
            }
            if (found != each.rows()) {
                throw new DataMismatch("%s, %s: %d rows were landed, its files hold %d; nothing was published"
                        .formatted(target, each.what(), each.rows(), found));
            }
        }
    }

    /// Snowflake names a file by its address or by its path in the bucket.
    private static String pathInBucket(String file) {
        int scheme = file.indexOf("://");
        return scheme < 0 ? file : file.substring(file.indexOf('/', scheme + 3) + 1);
    }

    void drop() {
        session.doing(target + ": drop the staging tables", "GRANT OWNERSHIP ON the tables STAGE_… TO ROLE …");
        if (hasRows()) {
            session.execute("DROP TABLE IF EXISTS " + rows());
        }
        session.execute("DROP TABLE IF EXISTS " + manifest());
    }

    /// Drops what runs of lower epochs left, which cannot publish any more.
    static void dropOfLowerEpochs(SnowflakeSession session, TableName target, long epoch) {
        String prefix = prefix(target);
        List<String> left = SnowflakeLedger.staging(session, prefix).stream()
                .filter(name -> name.startsWith(prefix))
                .filter(name -> Long.parseLong(name.substring(prefix.length()).split("_", 2)[0]) < epoch)
                .toList();
        session.doing(target + ": drop staging tables of dead runs", "GRANT OWNERSHIP ON them TO ROLE …");
        left.forEach(name -> session.execute("DROP TABLE IF EXISTS \"SLUICE\"." + SnowflakeNames.quoted(name)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
