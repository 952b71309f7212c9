package dev.sluice.model;

import java.util.Map;
import java.util.Optional;

/// Which keys belong to a feed, such as `drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz`: `*` is anything but
/// a slash, `**` anything, `{name}` a part between slashes or letters, `{name:pattern}` a date or time in that
/// spelling. Keys that end in a slash never match.
///
/// @param text as in the configuration
public record KeyPattern(String text) {
    /// The constant beginning: no matching key lies elsewhere.
    public String prefix() {
        throw new UnsupportedOperationException("to be written");
    }

    /// The named parts in the spelling of the key, dates as `yyyy-MM-dd`; empty if the key does not match.
    public Optional<Map<String, String>> match(String key) {
        throw new UnsupportedOperationException("to be written: " + key);
    }
}
