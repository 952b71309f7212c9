package dev.sluice.adapter.snowflake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.drop.DropPublication;
import dev.sluice.drop.DropReader;
import dev.sluice.drop.FileReceipt;
import dev.sluice.drop.text.FeedColumns;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Feed;
import dev.sluice.model.Slice;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A wave of dropped files as it is staged. The manifest has a line of kind `entry` per file, which becomes
/// its entry in the ledger, and one of kind `file` per Parquet object.
final class SnowflakeDropManifest {
    private static final String DDL = """
            "KIND" VARCHAR, "SLICE" VARCHAR, "KEY" VARCHAR, "SHA256" VARCHAR, "FILE" VARCHAR, "VERSION" VARCHAR,
            "ETAG" VARCHAR, "SIZE" NUMBER(19,0), "MODIFIED_AT" VARCHAR, "ROWS" NUMBER(19,0), "BAD_ROWS" NUMBER(19,0),
            "STATE" VARCHAR, "REASON" VARCHAR, "RECEIPT" VARCHAR""";

    private static final String SELECT = """
            $1:"kind"::VARCHAR, $1:"slice"::VARCHAR, $1:"key"::VARCHAR, $1:"sha256"::VARCHAR, $1:"file"::VARCHAR,
            $1:"version"::VARCHAR, $1:"etag"::VARCHAR, $1:"size"::NUMBER(19,0), $1:"modified_at"::VARCHAR,
            $1:"rows"::NUMBER(19,0), $1:"bad_rows"::NUMBER(19,0), $1:"state"::VARCHAR, $1:"reason"::VARCHAR,
            $1:"receipt"::VARCHAR""";

    private static final SnowflakeWave.Words WORDS =
            new SnowflakeWave.Words("file", "Give the column the type text under columns:, or have the file put right");

    private SnowflakeDropManifest() {}

    static SnowflakeWave wave(DropPublication publication, ObjectStore store) {
        return new SnowflakeWave(
                publication.feed().target(),
                publication.runId(),
                publication.epoch(),
                publication.wave(),
                columns(publication),
                publication.loaded().stream()
                        .map(each -> new SnowflakeWave.Landed(
                                "file " + each.file().file().key(),
                                each.file().rows(),
                                each.file().parts()))
                        .toList(),
                new SnowflakeWave.Manifest(DDL, SELECT, () -> lines(publication, store)),
                WORDS);
    }

    /// Every column that some file has, under its name there: what a file lacks is NULL. A column that the
    /// feed does not name is text.
    private static Map<String, Column> columns(DropPublication publication) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Feed.FeedColumn column : publication.feed().columns()) {
            columns.put(column.name(), FeedColumns.column(columns.size() + 1, column.name(), column.type()));
        }
        for (DropPublication.Published each : publication.loaded()) {
            for (Column column : each.file().columns()) {
                columns.computeIfAbsent(
                        column.name(), name -> FeedColumns.column(columns.size() + 1, name, new ColumnType.Text()));
            }
        }
        columns.put(
                SnowflakeNames.LINE, FeedColumns.column(columns.size() + 1, DropReader.LINE, new ColumnType.Int64()));
        return columns;
    }

    private static String lines(DropPublication publication, ObjectStore store) {
        StringBuilder lines = new StringBuilder();
        for (DropPublication.Published each : publication.files()) {
            lines.append(entry(each)).append('\n');
        }
        for (DropPublication.Published each : publication.loaded()) {
            for (Part part : each.file().rows() > 0 ? each.file().parts() : List.<Part>of()) {
                lines.append(line("file", each.file()).put("file", store.bucketKey(part.key())))
                        .append('\n');
            }
        }
        return lines.toString();
    }

    private static ObjectNode entry(DropPublication.Published each) {
        FileReceipt.ReadFile file = each.file();
        return line("entry", file)
                .put("version", file.version())
                .put("etag", file.file().etag())
                .put("size", file.file().bytes())
                .put("modified_at", SnowflakeSql.spelled(file.file().modifiedAt()))
                .put("rows", file.rows())
                .put("bad_rows", file.badRows())
                .put("state", file.state().word())
                .put("reason", file.reason().orElse(""))
                .put("receipt", each.receipt());
    }

    private static ObjectNode line(String kind, FileReceipt.ReadFile file) {
        String key = file.file().key();
        return JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind)
                .put("slice", Slice.ofText(key).encoded())
                .put("key", key)
                .put("sha256", file.sha256());
    }
}
