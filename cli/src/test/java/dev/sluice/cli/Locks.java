package dev.sluice.cli;

import dev.sluice.model.TableName;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;

/// The lock objects of a bed's lake, changed from outside, as an operator or the passing of time would.
final class Locks {
    private Locks() {}

    /// As if its time had run out.
    static void expire(Bed bed, String table) {
        overwrite(
                bed,
                table,
                text(bed, table).replaceAll("\"expires_at\":\"[^\"]*\"", "\"expires_at\":\"2001-01-01T00:00:00Z\""));
    }

    static String text(Bed bed, String table) {
        return inLake(bed, store -> store.read(key(table)).orElseThrow().text());
    }

    static void overwrite(Bed bed, String table, String text) {
        inLake(bed, store -> {
            store.write(key(table), text);
            return text;
        });
    }

    /// Work on the lake alone; nothing of the warehouse is opened.
    static <T> T inLake(Bed bed, java.util.function.Function<ObjectStore, T> work) {
        try (var s3 = dev.sluice.cli.lake.EmbeddedS3.start(bed.directory().resolve("lake"))) {
            return work.apply(s3.store(""));
        }
    }

    private static String key(String table) {
        return Keys.lock(TableName.parse(table));
    }
}
