package dev.sluice.source;

import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The database that is read. Thread-safe; every call opens its own connection and closes it before it
/// returns, except for what a [Snapshot] holds.
///
/// Every method throws `SourceUnavailable` when the database cannot be reached or answers with a passing
/// error (connections used up, locks, recovery conflict, broken connection), and `InvalidRequest` when a
/// right or an object is missing, with the GRANT that helps.
public interface Source {
    /// Every ordinary and partitioned table, materialised view and foreign table that the role may see,
    /// outside the system schemas; children of partitioned tables left out. Sorted by name.
    List<TableName> tables();

    /// What the catalogue says of these tables; a table that does not exist is missing from the answer.
    List<SourceTable> describe(Collection<TableName> names);

    /// Refuses a slice expression that is not immutable, reads the clock, or is not one expression over
    /// the table's columns; says which function or word is to blame.
    ///
    /// @throws dev.sluice.model.InvalidRequest with the reason
    void checkSliceBy(TableSync sync);

    /// Looks at counters and files, without reading a row and without a lock. Costs a few statements on
    /// the catalogue.
    ///
    /// @param run   named in `application_name` together with the table
    /// @param since commits before this moment of the source's clock must be in the counters; empty: all
    ///              before the look
    Sight look(TableSync sync, String run, Optional<Instant> since);

    /// Opens a snapshot of one table: read only, repeatable read, every setting pinned, the table and its
    /// partitions locked in ACCESS SHARE before the snapshot is taken; row-level security is refused,
    /// never applied.
    ///
    /// @param run              named in `application_name` together with the table
    /// @param statementTimeout longest time for one statement
    Snapshot open(TableSync sync, String run, Duration statementTimeout);
}
