package dev.sluice.config;

import java.util.Comparator;

/// Where something stands in a file; written `sluice.yaml:12:5`.
///
/// @param file   the file's name as the user gave it
/// @param line   1 or more
/// @param column in code points, 1 or more
public record Position(String file, int line, int column) implements Comparable<Position> {
    private static final Comparator<Position> ORDER = Comparator.comparing(Position::file)
            .thenComparingInt(Position::line)
            .thenComparingInt(Position::column);

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
