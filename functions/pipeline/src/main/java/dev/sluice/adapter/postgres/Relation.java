package dev.sluice.adapter.postgres;

import dev.sluice.model.SourceTable;

/// A table as the catalogue has it, with what only this adapter needs to know.
///
/// @param oid      valid on this server only
/// @param kind     `relkind`: r table, p partitioned, m materialised view, f foreign table, v view
/// @param readable the role may SELECT from the table as a whole, not only from some of its columns
/// @param membersReadable the same for every partition or child
record Relation(long oid, char kind, boolean readable, boolean membersReadable, SourceTable table) {
    /// Whether `LOCK TABLE` takes it: not materialised views and foreign tables, views from PostgreSQL
    /// 11, and before 13 only with rights on every partition.
    boolean lockable(ServerVersion version) {
        boolean kindFits = kind == 'r' || kind == 'p' || (kind == 'v' && version.atLeast(11));
        return kindFits && readable && (membersReadable || version.atLeast(13));
    }
}
