package dev.sluice.model;

import org.jspecify.annotations.Nullable;

/// What one end says of one column of one slice, in texts that both ends spell alike.
///
/// @param column the column's name
/// @param count  rows with a value
/// @param nulls  rows without
/// @param min    smallest value as text; null when there is none or the type has no common order
/// @param max    greatest value as text; likewise
/// @param sum    exact sum for integers and decimals, number of bytes (UTF-8) for text and binary; null for the
///               other
/// types
public record ColumnAggregate(
        String column,
        long count,
        long nulls,
        @Nullable String min,
        @Nullable String max,
        @Nullable String sum) {}
