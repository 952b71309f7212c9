package dev.sluice.adapter.snowflake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Slice;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import dev.sluice.warehouse.Publication;

/// What a wave is, as JSON Lines that Snowflake reads from the stage: a line per slice, per released slice
/// and per file. With it the number of statements does not grow with the number of slices, and no slice's
/// value stands in a statement.
final class SnowflakeManifest {
    private static final String DDL = """
            "KIND" VARCHAR, "SLICE" VARCHAR, "ACTION" VARCHAR, "SOURCE_ROWS" NUMBER(19,0), "SOURCE_HASH" NUMBER(20,0),
            "HASH_ALGORITHM" VARCHAR, "RAW_BYTES" NUMBER(19,0), "PARQUET_BYTES" NUMBER(19,0), "RAW_RECEIPT" VARCHAR,
            "LAKE_RECEIPT" VARCHAR, "FILE" VARCHAR""";

    private static final String SELECT = """
            $1:"kind"::VARCHAR, $1:"slice"::VARCHAR, $1:"action"::VARCHAR, $1:"source_rows"::NUMBER(19,0),
            $1:"source_hash"::NUMBER(20,0), $1:"hash_algorithm"::VARCHAR, $1:"raw_bytes"::NUMBER(19,0),
            $1:"parquet_bytes"::NUMBER(19,0), $1:"raw_receipt"::VARCHAR, $1:"lake_receipt"::VARCHAR, $1:"file"::VARCHAR""";

    private static final SnowflakeWave.Words WORDS = new SnowflakeWave.Words(
            "slice",
            "Carry the column as text with types: {%1$s: text}, leave it out with columns: [-%1$s], or change the rows at the source");

    private SnowflakeManifest() {}

    static SnowflakeWave wave(Publication publication, ObjectStore store) {
        return new SnowflakeWave(
                publication.definition().target(),
                publication.runId(),
                publication.epoch(),
                publication.wave(),
                SnowflakeNames.columns(publication.definition()),
                publication.slices().stream()
                        .map(slice -> new SnowflakeWave.Landed(
                                "slice " + slice.slice(), slice.source().rows(), slice.parts()))
                        .toList(),
                new SnowflakeWave.Manifest(DDL, SELECT, () -> of(publication, store)),
                WORDS);
    }

    /// What the ledger says of a slice whose rows are published.
    static String word(Publication publication) {
        return switch (publication.purpose()) {
            case SYNC, RELEASE -> "replace";
            case REPLAY -> "replay";
        };
    }

    private static String of(Publication publication, ObjectStore store) {
        StringBuilder lines = new StringBuilder();
        for (Publication.Published slice : publication.slices()) {
            lines.append(line("slice", slice.slice())
                            .put("action", word(publication))
                            .put("source_rows", slice.source().rows())
                            .put("source_hash", slice.source().unsignedHash().toString())
                            .put("hash_algorithm", slice.source().algorithm())
                            .put("raw_bytes", slice.rawBytes())
                            .put("parquet_bytes", slice.parquetBytes())
                            .put("raw_receipt", slice.rawReceipt())
                            .put("lake_receipt", slice.lakeReceipt()))
                    .append('\n');
            for (Part part : slice.parts()) {
                lines.append(line("file", slice.slice()).put("file", store.bucketKey(part.key())))
                        .append('\n');
            }
        }
        for (Slice slice : publication.removals()) {
            lines.append(line("slice", slice)
                            .put("action", "remove")
                            .put("source_rows", 0)
                            .put("source_hash", "0")
                            .put("hash_algorithm", "none")
                            .put("raw_bytes", 0)
                            .put("parquet_bytes", 0)
                            .put("raw_receipt", "")
                            .put("lake_receipt", ""))
                    .append('\n');
        }
        publication
                .released()
                .forEach(slice -> lines.append(line("released", slice)).append('\n'));
        return lines.toString();
    }

    private static ObjectNode line(String kind, Slice slice) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind).put("slice", slice.encoded());
    }
}
