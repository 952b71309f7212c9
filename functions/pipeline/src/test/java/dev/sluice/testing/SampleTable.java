package dev.sluice.testing;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import java.util.List;

/// A source table as its catalogue might describe it.
public final class SampleTable {
    public static final Column ID = column(1, "id", new ColumnType.Int64(), "bigint", "int8");
    public static final Column CODE = column(2, "postal_code", new ColumnType.Text(), "text", "text");
    public static final Column TOTAL = column(3, "total", new ColumnType.Decimal(12, 2), "numeric(12,2)", "numeric");
    public static final Column SOLD_AT =
            column(5, "sold_at", new ColumnType.TimestampTz(), "timestamp with time zone", "timestamptz");
    public static final Column RATE = column(
            6, "rate", new ColumnType.Unsupported("numeric without precision holds anything"), "numeric", "numeric");

    private SampleTable() {}

    public static Column column(int position, String name, ColumnType type, String spelling, String base) {
        return new Column(position, name, type, spelling, base, false, true, name + " " + spelling);
    }

    public static SourceTable of(Column... columns) {
        return new SourceTable(TableName.parse("public.sales"), List.of(columns), 1000, 81_920, false, false);
    }

    /// All that can be carried.
    public static SourceTable sales() {
        return of(ID, CODE, TOTAL, SOLD_AT);
    }
}
