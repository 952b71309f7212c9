package dev.sluice.adapter.postgres;

import dev.sluice.model.ColumnType;
import java.util.Optional;

/// PostgreSQL type → what is carried. One switch, read from top to bottom.
final class Types {
    private static final int VARIABLE_HEADER_BYTES = 4;

    private Types() {}

    /// A type behind domains.
    ///
    /// @param schema   where the type lives
    /// @param name     `typname`
    /// @param kind     `typtype`: b base, c composite, e enum, r range, m multirange, p pseudo
    /// @param modifier `typmod`; −1 for none
    /// @param spelling as `format_type` writes it
    record SourceType(String schema, String name, char kind, int modifier, String spelling) {
        /// `typname` for built-in types and citext; with its schema otherwise, so that nobody's own
        /// `date` is taken for the built-in one.
        String baseType() {
            return schema.equals("pg_catalog") || isCitext() ? name : schema + "." + name;
        }

        private boolean isCitext() {
            return kind == 'b' && name.equals("citext");
        }
    }

    static ColumnType of(SourceType type, Optional<SourceType> element) {
        if (element.isPresent()) {
            ColumnType of = of(element.get(), Optional.empty());
            return of instanceof ColumnType.Unsupported(String why)
                    ? new ColumnType.Unsupported(
                            "array of %s: %s".formatted(element.get().spelling(), why))
                    : new ColumnType.ArrayAsJson(of);
        }
        return switch (type.kind()) {
            case 'e' -> new ColumnType.Text();
            case 'c' -> new ColumnType.Unsupported("composite types have no common form");
            case 'r', 'm' -> new ColumnType.Unsupported("ranges have no common type");
            default -> base(type);
        };
    }

    private static ColumnType base(SourceType type) {
        return switch (type.baseType()) {
            case "int2" -> new ColumnType.Int16();
            case "int4" -> new ColumnType.Int32();
            case "int8" -> new ColumnType.Int64();
            case "numeric" -> numeric(type.modifier());
            case "float4" -> new ColumnType.Float32();
            case "float8" -> new ColumnType.Float64();
            case "bool" -> new ColumnType.Bool();
            case "text", "varchar", "bpchar", "char", "name", "citext" -> new ColumnType.Text();
            case "date" -> new ColumnType.Date();
            case "time" -> new ColumnType.Time();
            case "timestamp" -> new ColumnType.Timestamp();
            case "timestamptz" -> new ColumnType.TimestampTz();
            case "uuid" -> new ColumnType.Uuid();
            case "bytea" -> new ColumnType.Bytes();
            case "json", "jsonb" -> new ColumnType.Json();
            case "interval" -> new ColumnType.Unsupported("months, days and time of an interval have no common type");
            case "timetz" -> new ColumnType.Unsupported("a time with a zone but no date has no common type");
            case "money" -> new ColumnType.Unsupported("money depends on the server's locale");
            case "xml" -> new ColumnType.Unsupported("xml has no common type");
            case "bit", "varbit" -> new ColumnType.Unsupported("bit strings have no common type");
            case "inet", "cidr", "macaddr", "macaddr8" ->
                new ColumnType.Unsupported("network addresses have no common type");
            case "point", "line", "lseg", "box", "path", "polygon", "circle" ->
                new ColumnType.Unsupported("geometric types have no common type");
            case "tsvector", "tsquery" -> new ColumnType.Unsupported("text search types have no common type");
            case "oid", "xid", "xid8", "cid", "tid", "regclass", "regproc", "regtype", "int2vector", "oidvector" ->
                new ColumnType.Unsupported("identifiers inside the database mean nothing outside it");
            default -> new ColumnType.Unsupported("no type of the warehouse holds it exactly");
        };
    }

    /// Precision in the upper half of the modifier, scale in its lower 11 bits with a sign (from
    /// PostgreSQL 15).
    private static ColumnType numeric(int modifier) {
        if (modifier < VARIABLE_HEADER_BYTES) {
            return new ColumnType.Unsupported("numeric without precision and scale holds any number of digits");
        }
        int packed = modifier - VARIABLE_HEADER_BYTES;
        int precision = (packed >> 16) & 0xffff;
        int scale = ((packed & 0x7ff) ^ 0x400) - 0x400;
        if (precision > ColumnType.Decimal.MAX_PRECISION) {
            return new ColumnType.Unsupported("more than %d digits".formatted(ColumnType.Decimal.MAX_PRECISION));
        }
        if (scale < 0 || scale > precision) {
            return new ColumnType.Unsupported("a scale outside 0 … precision has no common type");
        }
        return new ColumnType.Decimal(precision, scale);
    }
}
