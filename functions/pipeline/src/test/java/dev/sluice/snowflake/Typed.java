package dev.sluice.snowflake;

import java.util.Optional;

/// A piece of DuckDB SQL and the Snowflake type of its value.
///
/// @param nothing the literal NULL, which takes any type
/// @param natural of a VARIANT that comes from a Parquet column: the column as it is
record Typed(String sql, SfType type, boolean nothing, Optional<Typed> natural) {
    Typed(String sql, SfType type) {
        this(sql, type, false, Optional.empty());
    }

    static Typed none() {
        return new Typed("NULL::VARCHAR", SfType.text(0), true, Optional.empty());
    }

    static Typed text(String value) {
        return new Typed(literal(value), SfType.text(Math.max(1, value.length())));
    }

    static Typed variantOf(Typed natural) {
        return new Typed(Conversions.toVariant(natural).sql(), SfType.VARIANT, false, Optional.of(natural));
    }

    /// A string literal of DuckDB.
    static String literal(String value) {
        return "'" + value.replace("'", "''").replace("\0", "'||chr(0)||'") + "'";
    }

    static Typed call(SfType type, String function, String... arguments) {
        return new Typed(function + "(" + String.join(", ", arguments) + ")", type);
    }
}
