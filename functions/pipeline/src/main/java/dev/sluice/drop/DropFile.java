package dev.sluice.drop;

import dev.sluice.store.ObjectStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A file that a run is to read, as it was listed.
///
/// @param parts   values of the named parts of the key
/// @param current what the table holds of the file now; empty for a file that is new, or whose rows would be
///                others under the configuration of today
public record DropFile(
        String key, String etag, long bytes, Instant modifiedAt, Map<String, String> parts, Optional<Current> current) {
    /// What stands among the parts for one that is absent (a partition without a value): no key holds it.
    public static final String NULL_PART = "\0";

    public DropFile {
        parts = Map.copyOf(parts);
    }

    /// @param sha256 of the version whose rows are there
    public record Current(String sha256, long rows, long badRows, String receipt) {}

    ObjectStore.Stat listed() {
        return new ObjectStore.Stat(key, bytes, etag, modifiedAt);
    }

    /// The last part of the key.
    String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }
}
