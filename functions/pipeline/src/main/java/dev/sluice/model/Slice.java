package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/// The key of a slice in its encoded form: any text of the source, SQL NULL, or the whole of a table,
/// each in a form that no other value can have. The encoded form stands in receipts, ledger and
/// `_sluice_slice`.
///
/// * text `v` → `v`, with one more `\` in front if it begins with `\`
/// * SQL NULL → `\N`
/// * the one slice of a wholesale table → `\all`
///
/// Slices compare by UTF-16 code unit, which only serves to make plans deterministic.
public record Slice(@JsonValue String encoded) implements Comparable<Slice> {
    public static final Slice NULL = new Slice("\\N");
    public static final Slice ALL = new Slice("\\all");

    @JsonCreator
    public Slice {
        if (encoded.startsWith("\\")
                && !encoded.startsWith("\\\\")
                && !encoded.equals("\\N")
                && !encoded.equals("\\all")) {
            throw new InvalidRequest(
                    "slice '" + encoded + "': a value that begins with a backslash is written with two");
        }
    }

    public static Slice ofText(String value) {
        return new Slice(value.startsWith("\\") ? "\\" + value : value);
    }

    /// The source's own text; empty for NULL and for the whole.
    public Optional<String> text() {
        if (!encoded.startsWith("\\")) {
            return Optional.of(encoded);
        }
        return encoded.startsWith("\\\\") ? Optional.of(encoded.substring(1)) : Optional.empty();
    }

    @Override
    public int compareTo(Slice other) {
        return encoded.compareTo(other.encoded);
    }

    /// For people: NULL and the whole in words.
    @Override
    public String toString() {
        if (equals(NULL)) {
            return "NULL";
        }
        return equals(ALL) ? "(whole table)" : text().orElse(encoded);
    }
}
