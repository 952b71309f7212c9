package dev.sluice.source;

import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.model.SourceTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One table at one instant. Owns one connection, closed by [#close]. Not thread-safe; more readers of
/// the same instant come from [#sibling].
public interface Snapshot extends AutoCloseable {
    /// The catalogue as this snapshot sees it.
    SourceTable table();

    /// Table sync settled against the catalogue of this snapshot.
    ///
    /// @throws dev.sluice.model.InvalidRequest   see [Definition#of]
    /// @throws dev.sluice.model.UnsupportedValue see [Definition#of]
    Definition definition();

    /// The server that is read, as [Look#server] names it: behind one address there may be several.
    String server();

    /// Name of the hash with the server's major version, such as `record-pg16`.
    String algorithm();

    /// Rows and hash of every slice, in one statement. The hash is left out (0, algorithm `count`) when
    /// only counts are wanted. Where only some pages are wanted, of the rows that lie there.
    Map<Slice, Fingerprint> fingerprints(Rows rows, boolean withHash);

    /// Sends rows to the sink, in no order, as CSV records of the definition's columns.
    ///
    /// @return rows sent
    long copy(Rows rows, RowSink sink);

    /// What [#copy] of these rows would cost the source, by its own planner.
    Estimate estimate(Rows rows);

    /// How many pages the largest file of the table has, for cutting it into [dev.sluice.model.PageRange]s;
    /// 0 where rows cannot be read by page: views, foreign tables, Greenplum.
    long pages();

    /// Per slice and carried column: count, nulls, min, max, sum, computed by the source.
    Map<Slice, List<ColumnAggregate>> aggregates(Rows rows);

    /// Another reader of this very instant, on a connection of its own; it stays good only as long as
    /// this one is open.
    Snapshot sibling();

    /// How long ago the snapshot was taken.
    Duration age();

    @Override
    void close();
}
