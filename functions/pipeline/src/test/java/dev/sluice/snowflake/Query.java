package dev.sluice.snowflake;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A query as it was written.
record Query(List<With> with, Body body, List<Order> orderBy, Optional<Expr> limit, Optional<Expr> offset) {
    record With(String name, List<String> columns, Query query) {}

    /// @param nullsFirst empty: as Snowflake does when nothing is said (nulls are the greatest)
    record Order(Expr value, boolean descending, Optional<Boolean> nullsFirst) {}

    sealed interface Body {}

    record Select(
            boolean distinct,
            List<Item> items,
            Optional<From> from,
            Optional<Expr> where,
            List<Expr> groupBy,
            boolean groupByAll,
            Optional<Expr> having,
            Optional<Expr> qualify)
            implements Body {}

    record SetOperation(String operator, Body left, Body right) implements Body {}

    record Nested(Query query) implements Body {}

    record Values(List<List<Expr>> rows) implements Body {}

    sealed interface Item {}

    record Value(Expr value, Optional<String> alias, String text) implements Item {}

    record Star(Optional<String> table, List<String> exclude) implements Item {}

    sealed interface From {}

    record Table(Name name, Alias alias) implements From {}

    record Derived(Query query, Alias alias) implements From {}

    /// `TABLE(function(…))`
    record Function(Name name, List<Expr> arguments, Map<String, Expr> named, Alias alias) implements From {}

    /// `@stage/path (FILE_FORMAT => …, PATTERN => …)`
    record Stage(String path, Options options, Alias alias) implements From {}

    /// @param kind CROSS, INNER, LEFT, RIGHT, FULL
    record Join(String kind, From left, From right, Optional<Expr> on, List<String> using) implements From {}

    record Alias(Optional<String> name, List<String> columns) {
        static final Alias NONE = new Alias(Optional.empty(), List.of());
    }
}
