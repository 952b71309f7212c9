package dev.sluice.source;

import dev.sluice.model.ColumnAggregate;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import dev.sluice.model.SourceTable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    /// only counts are wanted.
    ///
    /// @param only restricts the answer to these slices; empty means all
    Map<Slice, Fingerprint> fingerprints(Optional<Collection<Slice>> only, boolean withHash);

    /// Sends the rows of these slices to the sink, in no order, as CSV records of the definition's
    /// columns.
    ///
    /// @param slices the slices to read; empty means every row of the table
    /// @return rows sent
    long copy(Optional<Collection<Slice>> slices, RowSink sink);

    /// Per slice and carried column: count, nulls, min, max, sum, computed by the source.
    Map<Slice, List<ColumnAggregate>> aggregates(Optional<Collection<Slice>> only);

    /// Another reader of this very instant, on a connection of its own; it stays good only as long as
    /// this one is open.
    Snapshot sibling();

    /// How long ago the snapshot was taken.
    Duration age();

    @Override
    void close();
}
