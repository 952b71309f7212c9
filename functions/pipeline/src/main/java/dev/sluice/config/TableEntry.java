package dev.sluice.config;

import dev.sluice.model.TableName;
import java.util.Optional;

/// One entry under `tables:`.
///
/// @param at       where its key stands
/// @param settings empty for an entry that leaves its tables out (`skip: true`)
/// @param target   empty: the name of the source
public record TableEntry(
        Position at, TablePattern pattern, Optional<TableSettings> settings, Optional<TableName> target) {
    String path() {
        return "tables." + Words.plain(pattern.toString());
    }

    Optional<String> group() {
        return settings.flatMap(TableSettings::group);
    }

    boolean skips() {
        return settings.isEmpty();
    }
}
