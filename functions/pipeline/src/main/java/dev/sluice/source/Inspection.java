package dev.sluice.source;

import dev.sluice.model.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What a first look at the database asks, beside [Source]: for advice, never for a sync. Reads the
/// catalogue and its statistics; of the tables' rows at most the two ends of an index. Thread-safe;
/// nothing stays open between two calls.
///
/// Every method throws `SourceUnavailable` when the database cannot be reached, and `InvalidRequest` when
/// it does not let the role in.
public interface Inspection {
    /// The server, its limits and its settings, as the connected role meets them.
    ServerFacts server();

    /// What stands between us and the server.
    Pooling pooling();

    /// Every ordinary and partitioned table, materialised view and foreign table outside the system
    /// schemas, whether the role may read it or not; children of partitioned tables left out. Sorted by
    /// name.
    List<TableRights> everyTable();

    /// What the statistics and the catalogue say about how these tables could be cut. A table that does
    /// not exist is missing from the answer.
    List<TableProfile> profiles(Collection<TableName> names);

    /// Least and greatest value of a column of a whole number, date or timestamp, in the unit of
    /// [TableProfile.ColumnProfile]; empty when the table has no row, or when the answer would take more
    /// than a few seconds. Cheap only where an index begins with the column.
    Optional<TableProfile.Range> range(TableName table, String column);
}
