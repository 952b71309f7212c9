package dev.sluice.model;

import org.jspecify.annotations.Nullable;

/// What one end says of one column of one slice, in texts that both ends spell alike.
///
/// @param column the column's name
/// @param count  rows with a value
/// @param nulls  rows without
/// @param min    smallest value as text; null when there is none or the type has no common order
/// @param max    greatest value as text; likewise
/// @param sum    exact sum for integers and decimals, number of bytes (UTF-8) for text and binary; null for
///               other types
///
/// Spelling: integers and decimals plain, decimals with all digits of their scale; floats as Java spells
/// them, −0 as 0 and
/// NaN left out; dates `2024-03-31`, times `02:00:00.000000`, timestamps both together, with `Z` behind
/// instants and ` BC`
/// behind years before 1; text in binary order of UTF-8; uuid in lower case. Booleans, JSON, arrays and
/// binary have no
/// order that every warehouse shares.
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
