package dev.sluice.adapter.duckdb;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a DuckDB error is about. DuckDB's own text quotes values and whole rows, so it is read here and
/// never handed on, not even as a cause.
///
/// @param words for people; holds no value
record DuckDbProblem(Kind kind, String words) {
    enum Kind {
        REFUSED_VALUE,
        NEGATIVE_ZERO,
        ENCODING,
        LONG_ROW,
        CSV,
        DAMAGED,
        MEMORY,
        DISK,
        OTHER
    }

    private static final Pattern LINE = Pattern.compile("CSV Error on Line: (\\d+)");
    private static final Pattern COLUMNS = Pattern.compile("Expected Number of Columns: (\\d+) Found: (\\d+)");
    /// The class of an error, such as `Binder Error`.
    private static final Pattern TYPE = Pattern.compile("^(?:[A-Z][\\w-]* ){1,4}?(?:Error|exception|Exception)");

    static DuckDbProblem of(SQLException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("CSV Error on Line")) {
            return csv(text);
        }
        if (text.contains(ExactCast.NEGATIVE_ZERO)) {
            return new DuckDbProblem(Kind.NEGATIVE_ZERO, "a negative zero");
        }
        if (text.contains(ExactSelect.REFUSED)) {
            return new DuckDbProblem(Kind.REFUSED_VALUE, "a refused value");
        }
        if (text.startsWith("Out of Memory Error") || text.contains("failed to allocate data")) {
            boolean disk = text.contains("max_temp_directory_size");
            return new DuckDbProblem(disk ? Kind.DISK : Kind.MEMORY, disk ? "spilling" : "memory");
        }
        if (text.contains("No space left on device")) {
            return new DuckDbProblem(Kind.DISK, "writing");
        }
        if (text.contains("Data corruption detected")
                || text.contains("Unknown frame descriptor")
                || text.contains("checksum")
                || text.toLowerCase(java.util.Locale.ROOT).contains("zstd")) {
            return new DuckDbProblem(Kind.DAMAGED, "damaged zstd");
        }
        if (text.contains("CSV Parser") || text.contains("CSV Reader")) {
            return new DuckDbProblem(Kind.CSV, "no CSV");
        }
        Matcher type = TYPE.matcher(text);
        return new DuckDbProblem(Kind.OTHER, type.find() ? type.group() : "an error of no known type");
    }

    private static DuckDbProblem csv(String text) {
        Matcher line = LINE.matcher(text);
        String place = line.find() ? "line " + line.group(1) : "a line";
        if (text.contains("Maximum line size")) {
            return new DuckDbProblem(Kind.LONG_ROW, "%s is too long".formatted(place));
        }
        if (text.contains("not utf-8 encoded") || text.contains("Invalid unicode")) {
            return new DuckDbProblem(Kind.ENCODING, "%s is not UTF-8".formatted(place));
        }
        Matcher columns = COLUMNS.matcher(text);
        if (columns.find()) {
            return new DuckDbProblem(
                    Kind.CSV, "%s has %s fields instead of %s".formatted(place, columns.group(2), columns.group(1)));
        }
        if (text.contains("unterminated quote")) {
            return new DuckDbProblem(Kind.CSV, "the quoted value that begins in %s has no end".formatted(place));
        }
        return new DuckDbProblem(Kind.CSV, "%s is no CSV".formatted(place));
    }

    boolean saysLongRow() {
        return kind == Kind.LONG_ROW;
    }

    /// Whether a longer buffer may help: a row that is too long sometimes looks like a broken one.
    boolean mayBeLongRow() {
        return kind == Kind.LONG_ROW || kind == Kind.CSV;
    }
}
