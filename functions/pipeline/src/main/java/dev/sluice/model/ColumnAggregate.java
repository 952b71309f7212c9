package dev.sluice.model;

import org.jspecify.annotations.Nullable;

/// What one end says of one column of one slice, in texts that both ends spell alike. Where one end says
/// nothing (null) of min, max or sum, there is nothing to compare.
///
/// | type | min and max | sum |
/// |---|---|---|
/// | integers | digits, `-` in front | exact, of any size |
/// | decimal | plain, with exactly `scale` digits behind the point: `-1.50` | likewise |
/// | float32, float64 | NaN left out; as `Float.toString` and `Double.toString`, −0 as `0.0` | none |
/// | text | in the order of UTF-8 bytes, as carried: `char(n)` with its padding | UTF-8 octets |
/// | date | `2024-02-29` | none |
/// | time | `23:59:59.000000` | none |
/// | timestamp | `2024-02-29 23:59:59.000000` | none |
/// | timestamptz | in UTC: `2024-02-29 23:59:59.000000Z` | none |
/// | uuid | lower case, with hyphens | none |
/// | bytes | none | octets |
/// | boolean, json, array | none | none |
///
/// Years have at least four digits; ` BC` at the very end marks those before year 1; infinite times are
/// `infinity` and `-infinity`. A decimal that is not a number is `NaN`, greater than all others. Without
/// values min and max are null and a sum is 0.
///
/// @param column the column's name
/// @param count  rows with a value
/// @param nulls  rows without
/// @param min    smallest value as text; null when there is none or the type has no common order
/// @param max    greatest value as text; likewise
/// @param sum    see above
public record ColumnAggregate(
        String column,
        long count,
        long nulls,
        @Nullable String min,
        @Nullable String max,
        @Nullable String sum) {
    /// Whether both ends say the same; what one end cannot say is not held against the other.
    public boolean agreesWith(ColumnAggregate other) {
        return column.equals(other.column)
                && count == other.count
                && nulls == other.nulls
                && agree(min, other.min)
                && agree(max, other.max)
                && agree(sum, other.sum);
    }

    private static boolean agree(@Nullable String mine, @Nullable String others) {
        return mine == null || others == null || mine.equals(others);
    }
}
