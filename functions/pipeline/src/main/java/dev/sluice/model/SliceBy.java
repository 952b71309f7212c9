package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What makes rows belong to one slice.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SliceBy.Whole.class, name = "whole"),
    @JsonSubTypes.Type(value = SliceBy.Value.class, name = "value"),
    @JsonSubTypes.Type(value = SliceBy.Expression.class, name = "expression"),
    @JsonSubTypes.Type(value = SliceBy.Time.class, name = "time")
})
public sealed interface SliceBy {
    /// The table is one slice.
    record Whole() implements SliceBy {}

    /// Rows that share the text of a column.
    record Value(String column) implements SliceBy {}

    /// Rows that share the text of an immutable SQL expression over the table's columns.
    record Expression(String sql) implements SliceBy {}

    /// Rows of the same hour, day, week, month or year.
    ///
    /// @param column   of type date, timestamp or timestamptz
    /// @param timezone IANA name in which an instant (timestamptz) is cut; without effect on the other
    ///                 types
    record Time(String column, Grain grain, String timezone) implements SliceBy {}
}
