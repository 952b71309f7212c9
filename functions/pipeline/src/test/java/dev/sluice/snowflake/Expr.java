package dev.sluice.snowflake;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An expression as it was written.
sealed interface Expr {
    record Number(String text) implements Expr {}

    record Text(String value) implements Expr {}

    record Bool(boolean value) implements Expr {}

    record Null() implements Expr {}

    /// The n-th `?` of the statement, from 1.
    record Bind(int index) implements Expr {}

    /// `a`, `t.a`
    record Column(List<String> parts) implements Expr {}

    /// `$1`, `t.$1`
    record Positional(Optional<String> table, int index) implements Expr {}

    /// `value:key.key[0]`, `value['key']`
    record Path(Expr value, List<Object> keys) implements Expr {}

    record Cast(Expr value, SfType type, boolean orNull) implements Expr {}

    record Unary(String operator, Expr value) implements Expr {}

    record Binary(String operator, Expr left, Expr right) implements Expr {}

    record IsNull(Expr value, boolean negated) implements Expr {}

    record InList(Expr value, List<Expr> list, boolean negated) implements Expr {}

    record InQuery(List<Expr> values, Query query, boolean negated) implements Expr {}

    record Between(Expr value, Expr low, Expr high, boolean negated) implements Expr {}

    record Like(Expr value, Expr pattern, Optional<Expr> escape, boolean ignoringCase, boolean negated)
            implements Expr {}

    record Case(Optional<Expr> value, List<Expr> whens, List<Expr> thens, Optional<Expr> otherwise) implements Expr {}

    record Exists(Query query) implements Expr {}

    record Scalar(Query query) implements Expr {}

    record Row(List<Expr> values) implements Expr {}

    record Window(List<Expr> partitionBy, List<Query.Order> orderBy, Optional<String> frame) {}

    /// @param within `WITHIN GROUP (ORDER BY …)`
    record Call(
            String name,
            boolean distinct,
            boolean star,
            List<Expr> arguments,
            Map<String, Expr> named,
            List<Query.Order> within,
            Optional<Window> over)
            implements Expr {}
}
