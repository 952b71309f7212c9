package dev.sluice.cli.init;

import dev.sluice.model.SourceTable;
import dev.sluice.source.TableProfile;
import dev.sluice.source.TableRights;

/// All that a proposal for one table rests on.
public record TableFacts(TableRights rights, SourceTable table, TableProfile profile) {
    /// Whether the planner's estimates are there.
    public boolean analysed() {
        return table.estimatedRows() >= 0;
    }
}
