package dev.sluice.source;

import dev.sluice.model.TableName;

/// What the connected role may do with one table.
///
/// @param usage USAGE on its schema
/// @param whole SELECT on the table as a whole
/// @param some  SELECT on at least one of its columns
public record TableRights(TableName name, boolean usage, boolean whole, boolean some) {
    public boolean readable() {
        return usage && whole;
    }
}
