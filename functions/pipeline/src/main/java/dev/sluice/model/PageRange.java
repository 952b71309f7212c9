package dev.sluice.model;

/// Rows of a table by the page of its file on which they lie: from `from` up to, but not including, `to`.
/// Ranges that follow each other cover every row of one snapshot exactly once, because a row version does
/// not move while it is visible to somebody.
///
/// @param from 0 or more
/// @param to   greater than `from`; [#OPEN] for the rest of the table
public record PageRange(long from, long to) {
    /// Above every page number there is: those are 32-bit numbers.
    public static final long OPEN = 1L << 32;

    public PageRange {
        if (from < 0 || to <= from || to > OPEN) {
            throw new IllegalArgumentException("pages " + from + " to " + to);
        }
    }
}
