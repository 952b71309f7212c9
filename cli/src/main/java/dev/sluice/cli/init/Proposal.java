package dev.sluice.cli.init;

import dev.sluice.model.Grain;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How one table could be kept in step, and why.
///
/// @param strategy empty: left out, for the reasons given
/// @param sliceBy  a column's name for itself, or an expression
/// @param grain    time-sliced only
/// @param types    policies by column, in the order of the table
/// @param exclude  columns to leave out
/// @param because  what led to it, a sentence each
/// @param toDo     what somebody has to do or to decide, a line each
public record Proposal(
        TableName table,
        Optional<Strategy> strategy,
        Optional<Cut> sliceBy,
        Optional<Grain> grain,
        Map<String, Policy> types,
        List<String> exclude,
        List<String> because,
        List<String> toDo) {
    public Proposal {
        exclude = List.copyOf(exclude);
        because = List.copyOf(because);
        toDo = List.copyOf(toDo);
    }

    /// What rows are cut by.
    public sealed interface Cut {
        /// A column, as the database spells it.
        record Column(String name) implements Cut {}

        /// An SQL expression.
        record Expression(String sql) implements Cut {}
    }

    /// @param type   `text` or `numeric(p,s)`
    /// @param reason why the type is not carried by itself
    public record Policy(String type, String reason) {}

    public boolean leftOut() {
        return strategy.isEmpty();
    }
}
