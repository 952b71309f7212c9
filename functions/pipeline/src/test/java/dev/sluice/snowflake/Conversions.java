package dev.sluice.snowflake;

import java.util.Optional;

/// Casts: from a value of one type to DuckDB SQL that gives it in another, or fails as Snowflake does.
/// What DuckDB would do differently goes through text and [Values].
final class Conversions {
    private Conversions() {}

    static Typed cast(Typed from, SfType to, boolean orNull, String zone) {
        if (from.nothing()) {
            return new Typed("CAST(NULL AS %s)".formatted(to.duck()), to, true, Optional.empty());
        }
        if (from.natural().isPresent() && !to.kind().isSemiStructured()) {
            Typed natural = from.natural().get();
            return through(natural, to, orNull, zone);
        }
        if (from.type().kind().isSemiStructured()) {
            return fromVariant(from, to, orNull, zone);
        }
        return through(from, to, orNull, zone);
    }

    private static Typed through(Typed from, SfType to, boolean orNull, String zone) {
        SfType type = from.type();
        if (to.kind().isSemiStructured()) {
            return new Typed(toVariant(from).sql(), to);
        }
        if (isWidening(type, to)) {
            return new Typed(type.equals(to) ? from.sql() : "CAST(%s AS %s)".formatted(from.sql(), to.duck()), to);
        }
        if (!possible(type.kind(), to.kind())) {
            throw new SqlFailure(
                    "001065",
                    "22023",
                    "SQL compilation error:%ninvalid type [CAST(%s AS %s)] for parameter '%s'"
                            .formatted(type, to, to.kind()));
        }
        boolean toText = to.kind() == SfType.Kind.TEXT;
        String text = toText ? toText(from) : plainText(from);
        SfType.Kind kind = toText ? SfType.Kind.TEXT : type.kind();
        return converted(orNull ? "sf_try_cast" : "sf_cast", text, kind + ">" + to, to, zone);
    }

    private static Typed converted(String function, String text, String how, SfType to, String zone) {
        String made = "%s(%s, %s)".formatted(function, text, Typed.literal(how + "@" + zone));
        return new Typed(
                switch (to.kind()) {
                    case BINARY -> "from_hex(" + made + ")";
                    case TEXT, VARIANT, OBJECT, ARRAY -> made;
                    default -> "CAST(%s AS %s)".formatted(made, to.duck());
                },
                to);
    }

    private static Typed fromVariant(Typed from, SfType to, boolean orNull, String zone) {
        if (to.kind() == from.type().kind() || to.kind() == SfType.Kind.VARIANT) {
            return new Typed(from.sql(), to);
        }
        return converted(orNull ? "sf_try_cast" : "sf_cast", from.sql(), "VARIANT>" + to, to, zone);
    }

    private static boolean isWidening(SfType from, SfType to) {
        if (from.equals(to)) {
            return true;
        }
        if (from.kind() != to.kind()) {
            return from.kind() == SfType.Kind.FIXED && to.kind() == SfType.Kind.REAL;
        }
        return switch (from.kind()) {
            case FIXED -> to.scale() >= from.scale() && to.precision() - to.scale() >= from.precision() - from.scale();
            case TEXT, BINARY -> to.precision() >= from.precision();
            case TIME, TIMESTAMP_NTZ, TIMESTAMP_TZ, TIMESTAMP_LTZ -> to.scale() >= Math.min(6, from.scale());
            default -> true;
        };
    }

    private static boolean possible(SfType.Kind from, SfType.Kind to) {
        if (from == to || from == SfType.Kind.TEXT || to == SfType.Kind.TEXT) {
            return true;
        }
        return switch (to) {
            case FIXED, REAL -> from == SfType.Kind.FIXED || from == SfType.Kind.REAL || from == SfType.Kind.BOOLEAN;
            case BOOLEAN -> from == SfType.Kind.FIXED || from == SfType.Kind.REAL;
            case DATE, TIME -> from.isTimestamp();
            case TIMESTAMP_NTZ, TIMESTAMP_TZ, TIMESTAMP_LTZ ->
                from == SfType.Kind.DATE || from.isTimestamp() || from == SfType.Kind.FIXED;
            default -> false;
        };
    }

    /// The text that Snowflake makes of a value; times of day lose their fraction and timestamps what is
    /// behind the millisecond, because the default output formats say so.
    static String toText(Typed from) {
        String sql = from.sql();
        return switch (from.type().kind()) {
            case TEXT -> sql;
            case TIME -> "strftime(%s, '%%H:%%M:%%S')".formatted("(DATE '2000-01-01' + " + sql + ")");
            case TIMESTAMP_NTZ -> "strftime(%s, '%%Y-%%m-%%d %%H:%%M:%%S.%%g')".formatted(sql);
            case VARIANT, OBJECT, ARRAY -> "sf_cast(%s, 'VARIANT>VARCHAR(16777216)@UTC')".formatted(sql);
            case FIXED -> "sf_cast(CAST(%s AS VARCHAR), 'FIXED>VARCHAR(16777216)@UTC')".formatted(sql);
            case REAL -> "sf_cast(CAST(%s AS VARCHAR), 'REAL>VARCHAR(16777216)@UTC')".formatted(sql);
            case TIMESTAMP_TZ, TIMESTAMP_LTZ ->
                "sf_cast(%s, 'TIMESTAMP_TZ>VARCHAR(16777216)@UTC')".formatted(plainText(from));
            case BOOLEAN, DATE, BINARY -> plainText(from);
        };
    }

    /// Without losing anything: what [Values] reads.
    static String plainText(Typed from) {
        return switch (from.type().kind()) {
            case TEXT -> from.sql();
            case BINARY -> "hex(%s)".formatted(from.sql());
            case TIMESTAMP_TZ, TIMESTAMP_LTZ ->
                "(CAST((%1$s).utc AS VARCHAR) || ' ' || CAST((%1$s).off AS VARCHAR))".formatted(from.sql());
            default -> "CAST(%s AS VARCHAR)".formatted(from.sql());
        };
    }

    static Typed toVariant(Typed from) {
        if (from.nothing()) {
            return new Typed("NULL::VARCHAR", SfType.VARIANT);
        }
        String sql = from.sql();
        return new Typed(
                switch (from.type().kind()) {
                    case VARIANT, OBJECT, ARRAY -> sql;
                    case FIXED -> "sf_cast(CAST(%s AS VARCHAR), 'FIXED>VARIANT@UTC')".formatted(sql);
                    case REAL, BOOLEAN -> "CAST(%s AS VARCHAR)".formatted(sql);
                    default -> "CAST(to_json(%s) AS VARCHAR)".formatted(toText(from));
                },
                SfType.VARIANT);
    }
}
