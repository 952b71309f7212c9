package dev.sluice.plan;

import dev.sluice.model.TableName;
import java.util.Optional;

/// Keeps a table that was emptied by accident from emptying its copy.
///
/// @param maxShrink fraction of the rows, 0 … 1, that one run may take away
/// @param allowed   the run was told that this table may shrink
/// @param command   that allows it
public record ShrinkGuard(TableName table, double maxShrink, boolean allowed, String command) {
    /// For a sync.
    public static ShrinkGuard ofSync(TableName table, double maxShrink, boolean allowed) {
        return new ShrinkGuard(
                table, maxShrink, allowed, "sluice sync --select %s --allow-shrink %s".formatted(table, table));
    }

    /// @return why the step is refused, with the way out; empty if it may go on
    public Optional<String> check(long rowsBefore, long rowsAfter) {
        boolean empties = rowsBefore > 0 && rowsAfter <= 0;
        boolean shrinks = rowsAfter < rowsBefore * (1 - maxShrink);
        if (allowed || !empties && !shrinks) {
            return Optional.empty();
        }
        String what = empties
                ? "would become empty (%d rows before)".formatted(rowsBefore)
                : "would shrink from %d to %d rows, more than max_shrink: %s allows"
                        .formatted(rowsBefore, rowsAfter, maxShrink);
        return Optional.of("%s %s; nothing of it was published. If that is right: %s".formatted(table, what, command));
    }
}
