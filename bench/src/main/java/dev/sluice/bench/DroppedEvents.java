package dev.sluice.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/// Sales of a till as JSON Lines, in files as a queue would write them; the same on every machine.
///
/// @param events  in all files
/// @param perFile events in each
record DroppedEvents(long events, int perFile, Kind kind) {
    enum Kind {
        plain,
        gzip
    }

    /// What a feed says of the columns.
    static final String COLUMNS =
            "{transaction_id: bigint, store_id: integer, sold_at: timestamptz, total: \"numeric(12,2)\", items: json}";
    /// The same for DuckDB's `read_json`.
    static final String DUCKDB_COLUMNS =
            "{transaction_id: 'BIGINT', store_id: 'INTEGER', sold_at: 'TIMESTAMPTZ', total: 'DECIMAL(12,2)', items: 'JSON'}";

    private static final Instant FIRST = Instant.parse("2026-03-01T06:00:00Z");
    private static final int STORES = 1000;

    int files() {
        return Math.toIntExact(Math.ceilDiv(events, perFile));
    }

    String suffix() {
        return kind == Kind.gzip ? ".jsonl.gz" : ".jsonl";
    }

    String name(int file) {
        return "%06d%s".formatted(file, suffix());
    }

    /// Makes all files, unless an earlier run did.
    void prepare(Path directory) throws IOException {
        Path done = directory.resolveSibling(directory.getFileName() + ".done");
        if (Files.exists(done)) {
            return;
        }
        Bed.delete(directory);
        Files.createDirectories(directory);
        for (int file = 0; file < files(); file++) {
            write(directory.resolve(name(file)), file);
        }
        Files.createFile(done);
    }

    void write(Path path, int file) throws IOException {
        SplittableRandom random = new SplittableRandom(file);
        long first = (long) file * perFile;
        long behind = Math.min(events, first + perFile);
        try (OutputStream bytes = Files.newOutputStream(path);
                OutputStream out =
                        new BufferedOutputStream(kind == Kind.gzip ? new GZIPOutputStream(bytes, 1 << 16) : bytes)) {
            for (long id = first; id < behind; id++) {
                out.write(event(id, random).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String event(long id, SplittableRandom random) {
        StringBuilder items = new StringBuilder();
        int cents = 0;
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            int price = 99 + random.nextInt(5000);
            int pieces = 1 + random.nextInt(3);
            cents += price * pieces;
            items.append(i == 0 ? "" : ",")
                    .append("{\"sku\":\"")
                    .append(100_000 + random.nextInt(30_000))
                    .append("\",\"pieces\":")
                    .append(pieces)
                    .append(",\"price\":")
                    .append(money(price))
                    .append('}');
        }
        return "{\"transaction_id\":%d,\"store_id\":%d,\"sold_at\":\"%s\",\"total\":%s,\"items\":[%s]}\n"
                .formatted(
                        id,
                        1 + random.nextInt(STORES),
                        FIRST.plusMillis(id * 7 + random.nextInt(1000)),
                        money(cents),
                        items);
    }

    private static String money(int cents) {
        return cents / 100 + (cents % 100 < 10 ? ".0" : ".") + cents % 100;
    }
}
