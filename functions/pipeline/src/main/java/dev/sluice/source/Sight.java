package dev.sluice.source;

import dev.sluice.model.Definition;
import dev.sluice.model.SourceTable;
import java.util.Optional;

/// What [Source#look] brought.
public sealed interface Sight {
    /// @param table      the catalogue's word
    /// @param definition the table sync settled against it
    /// @param uncounted  why rows that were committed before the look may be missing from its counters;
    ///                   empty if none can
    record Seen(Look look, SourceTable table, Definition definition, Optional<String> uncounted) implements Sight {}

    /// The counters of this server or of this table prove nothing.
    ///
    /// @param why one clause for people, such as `the server is a standby`
    record Blind(String why) implements Sight {}
}
