package dev.sluice.snowflake;

import java.util.Locale;

/// A type as Snowflake knows it.
///
/// @param precision of a number: digits in all; of text and binary: the length
/// @param scale     of a number: digits behind the point; of times: of the second
record SfType(Kind kind, int precision, int scale) {
    static final int MAX_TEXT = 16_777_216;
    static final int MAX_BINARY = 8_388_608;
    static final SfType TEXT = new SfType(Kind.TEXT, MAX_TEXT, 0);
    static final SfType BOOLEAN = new SfType(Kind.BOOLEAN, 0, 0);
    static final SfType REAL = new SfType(Kind.REAL, 0, 0);
    static final SfType DATE = new SfType(Kind.DATE, 0, 0);
    static final SfType VARIANT = new SfType(Kind.VARIANT, 0, 0);
    static final SfType BINARY = new SfType(Kind.BINARY, MAX_BINARY, 0);
    static final SfType COUNT = number(18, 0);
    static final SfType LTZ = new SfType(Kind.TIMESTAMP_LTZ, 0, 9);
    static final SfType TZ = new SfType(Kind.TIMESTAMP_TZ, 0, 9);
    static final SfType NTZ = new SfType(Kind.TIMESTAMP_NTZ, 0, 9);
    static final SfType TIME = new SfType(Kind.TIME, 0, 9);

    enum Kind {
        FIXED,
        REAL,
        TEXT,
        BOOLEAN,
        DATE,
        TIME,
        TIMESTAMP_NTZ,
        TIMESTAMP_TZ,
        TIMESTAMP_LTZ,
        BINARY,
        VARIANT,
        OBJECT,
        ARRAY;

        boolean isSemiStructured() {
            return this == VARIANT || this == OBJECT || this == ARRAY;
        }

        boolean isTimestamp() {
            return this == TIMESTAMP_NTZ || this == TIMESTAMP_TZ || this == TIMESTAMP_LTZ;
        }

        /// With an offset beside the instant.
        boolean isZoned() {
            return this == TIMESTAMP_TZ || this == TIMESTAMP_LTZ;
        }
    }

    static SfType number(int precision, int scale) {
        return new SfType(Kind.FIXED, precision, scale);
    }

    static SfType text(int length) {
        return new SfType(Kind.TEXT, length, 0);
    }

    boolean isNumeric() {
        return kind == Kind.FIXED || kind == Kind.REAL;
    }

    /// How DuckDB holds it. Instants with an offset are a struct, so that the offset survives.
    String duck() {
        return switch (kind) {
            case FIXED -> "DECIMAL(%d,%d)".formatted(precision, scale);
            case REAL -> "DOUBLE";
            case TEXT, VARIANT, OBJECT, ARRAY -> "VARCHAR";
            case BOOLEAN -> "BOOLEAN";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP_NTZ -> "TIMESTAMP";
            case TIMESTAMP_TZ, TIMESTAMP_LTZ -> "STRUCT(utc TIMESTAMP, off INTEGER)";
            case BINARY -> "BLOB";
        };
    }

    /// As DESCRIBE TABLE spells it.
    @Override
    public String toString() {
        return switch (kind) {
            case FIXED -> "NUMBER(%d,%d)".formatted(precision, scale);
            case REAL -> "FLOAT";
            case TEXT -> "VARCHAR(%d)".formatted(precision);
            case BINARY -> "BINARY(%d)".formatted(precision);
            case TIME, TIMESTAMP_NTZ, TIMESTAMP_TZ, TIMESTAMP_LTZ -> "%s(%d)".formatted(kind, scale);
            case BOOLEAN, DATE, VARIANT, OBJECT, ARRAY -> kind.name();
        };
    }

    /// As INFORMATION_SCHEMA.COLUMNS.DATA_TYPE spells it.
    String family() {
        return switch (kind) {
            case FIXED -> "NUMBER";
            case REAL -> "FLOAT";
            default -> kind.name();
        };
    }

    /// As the protocol's row type spells it.
    String wire() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /// The type of a column that must hold both.
    static SfType common(SfType a, SfType b) {
        if (a.kind == b.kind) {
            int scale = Math.max(a.scale, b.scale);
            return switch (a.kind) {
                case FIXED ->
                    number(Math.min(38, Math.max(a.precision - a.scale, b.precision - b.scale) + scale), scale);
                default -> new SfType(a.kind, Math.max(a.precision, b.precision), scale);
            };
        }
        if (a.isNumeric() && b.isNumeric()) {
            return REAL;
        }
        if (a.kind.isSemiStructured() || b.kind.isSemiStructured()) {
            return VARIANT;
        }
        if (a.kind == Kind.TEXT) {
            return b;
        }
        if (b.kind == Kind.TEXT) {
            return a;
        }
        if (a.kind == Kind.DATE && b.kind.isTimestamp()) {
            return b;
        }
        if (b.kind == Kind.DATE && a.kind.isTimestamp()) {
            return a;
        }
        if (a.kind.isTimestamp() && b.kind.isTimestamp()) {
            return a.kind == Kind.TIMESTAMP_TZ || b.kind == Kind.TIMESTAMP_TZ ? TZ : LTZ;
        }
        throw new SqlFailure(
                "002016",
                "22000",
                "SQL compilation error:%nCan not convert parameter of type [%s] into expected type [%s]"
                        .formatted(b, a));
    }
}
