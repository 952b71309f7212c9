package dev.sluice.adapter.postgres;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import java.util.List;
import java.util.stream.Collectors;

/// What is sent of a column, and what of it enters the row hash. Every value goes through its output
/// function under pinned settings, so that equal hashes mean equal texts.
///
/// Why so little enters natively: the built-in hash functions are made for equality, not identity.
///
/// * `hashint8extended` folds 64 bits to 32, so that 1 and 4294967296 are one; `time` and `timestamp` use
///   it
/// * `hash_numeric_extended` ignores sign and scale
/// * floats hash −0 as 0, arrays ignore bounds and dimensions, intervals take a month for 30 days
/// * `bpchar` ignores padding, citext and nondeterministic collations ignore case and more
/// * enums hash their object id, which a restore changes
///
/// Binary forms (`…_send`) and texts under the collation C have none of this.
final class RowExpressions {
    private RowExpressions() {}

    /// The value as COPY sends it.
    static String carried(Column column) {
        String name = Sql.identifier(column.name());
        return switch (column.type()) {
            case ColumnType.ArrayAsJson array -> arrayAsJson(name);
            case ColumnType.Text text -> isTextAlready(column) ? name : "(" + name + ")::text";
            case ColumnType.Int16 t -> name;
            case ColumnType.Int32 t -> name;
            case ColumnType.Int64 t -> name;
            case ColumnType.Decimal t -> name;
            case ColumnType.Float32 t -> name;
            case ColumnType.Float64 t -> name;
            case ColumnType.Bool t -> name;
            case ColumnType.Date t -> name;
            case ColumnType.Time t -> name;
            case ColumnType.Timestamp t -> name;
            case ColumnType.TimestampTz t -> name;
            case ColumnType.Uuid t -> name;
            case ColumnType.Bytes t -> name;
            case ColumnType.Json t -> name;
            case ColumnType.Unsupported unsupported ->
                throw new IllegalArgumentException(column.name() + ": " + unsupported.why());
        };
    }

    /// The carried value as SQL text: what min, max and length are taken of.
    static String carriedText(Column column) {
        return switch (column.baseType()) {
            // A cast of bpchar to text strips the padding; its binary form keeps it.
            case "bpchar" -> "convert_from(bpcharsend(" + Sql.identifier(column.name()) + "), 'UTF8')";
            default -> "(" + Sql.identifier(column.name()) + ")::text";
        };
    }

    /// What is not carried as a policy's text, although its type is text.
    static boolean isTextAlready(Column column) {
        return switch (column.baseType()) {
            case "text", "varchar", "bpchar", "char", "name", "citext" -> true;
            default -> false;
        };
    }

    /// Hash of one row, of type bigint; not linear in its columns, so that a value that moves from one
    /// row to another changes the sum of both.
    static String hash(List<Column> columns, ServerVersion version) {
        if (version.atLeast(14)) {
            String row = columns.stream().map(RowExpressions::hashed).collect(Collectors.joining(", "));
            return "hash_record_extended(ROW(int8send(hash_record_extended(ROW(" + row + "), 0))), 0)";
        }
        String row = columns.stream().map(RowExpressions::written).collect(Collectors.joining(", "));
        if (version.atLeast(11)) {
            return "hashtextextended(ROW(" + row + ")::text COLLATE \"C\", 0)";
        }
        return "('x' || left(md5(ROW(" + row + ")::text), 16))::bit(64)::bigint";
    }

    /// Name of the hash. Two servers of one major version give equal rows equal hashes; others need not.
    static String algorithm(ServerVersion version) {
        String name = version.atLeast(14) ? "record" : version.atLeast(11) ? "text" : "md5";
        return name + "-pg" + version.major();
    }

    /// For `hash_record_extended`: only what hashes by identity, see above.
    private static String hashed(Column column) {
        String name = Sql.identifier(column.name());
        if (column.type() instanceof ColumnType.Text && !isTextAlready(column)) {
            return "(" + name + ")::text COLLATE \"C\"";
        }
        return switch (column.baseType()) {
            case "int2", "int4", "bool", "date", "uuid", "bytea" -> name;
            case "text", "varchar" -> name + " COLLATE \"C\"";
            case "int8" -> "int8send(" + name + ")";
            case "timestamp" -> "timestamp_send(" + name + ")";
            case "timestamptz" -> "timestamptz_send(" + name + ")";
            case "time" -> "time_send(" + name + ")";
            case "numeric" -> "numeric_send(" + name + ")";
            case "float4" -> "float4send(" + name + ")";
            case "float8" -> "float8send(" + name + ")";
            case "bpchar" -> "bpcharsend(" + name + ")";
            default -> "(" + name + ")::text COLLATE \"C\"";
        };
    }

    /// For the text of a record, which quotes by itself and tells NULL from the empty text.
    private static String written(Column column) {
        String name = Sql.identifier(column.name());
        return column.type() instanceof ColumnType.Text && !isTextAlready(column) ? "(" + name + ")::text" : name;
    }

    /// JSON cannot say where an array begins to count: `[2:3]={a,b}` is sent as it is and refused by
    /// whoever reads JSON.
    private static String arrayAsJson(String name) {
        return "CASE WHEN array_dims(%s) !~ '^(\\[1:[0-9]+\\])*$' THEN (%s)::text ELSE to_json(%s)::text END"
                .formatted(name, name, name);
    }
}
