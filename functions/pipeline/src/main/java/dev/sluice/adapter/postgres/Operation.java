package dev.sluice.adapter.postgres;

import dev.sluice.model.TableName;
import java.util.Optional;

/// What is being done, for error messages.
///
/// @param doing         such as `copying rows of public.sales`
/// @param table         whose rights are needed
/// @param ofOurRequest  the statement holds an expression of the configuration's, which may be what is
///                      wrong with it
record Operation(String doing, Optional<TableName> table, boolean ofOurRequest) {
    static Operation of(String doing) {
        return new Operation(doing, Optional.empty(), false);
    }

    static Operation on(TableName table, String doing) {
        return new Operation(doing + " " + table, Optional.of(table), false);
    }

    Operation withExpression() {
        return new Operation(doing, table, true);
    }
}
