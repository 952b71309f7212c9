package dev.sluice.config;

import dev.sluice.model.TableName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The key of an entry under `tables:`: a table's name, or a wildcard in which `*` stands for any
/// characters. Names are spelled exactly as the database spells them; a part in double quotes is taken
/// literally, `""` is one quote.
///
/// @param schema what the schema must match
/// @param table  what the table's name must match
public record TablePattern(Part schema, Part table) {
    static final String EXPECTED = "schema.table, spelled as the database spells it";

    private static final Pattern WRITTEN = Pattern.compile(
            "(?:\"((?:[^\".]|\"\")+)\"|([^\".\\s](?:[^\".]*[^\".\\s])?))"
                    + "\\.(?:\"((?:[^\"]|\"\")+)\"|([^\"\\s](?:[^\"]*[^\"\\s])?))",
            Pattern.DOTALL);

    /// One half of a name.
    ///
    /// @param wildcard whether `*` in the text stands for any characters
    public record Part(String text, boolean wildcard) {
        boolean matches(String name) {
            return wildcard ? glob(name) : text.equals(name);
        }

        /// Linear in the name for each `*`: on a mismatch only the latest `*` takes one more character.
        private boolean glob(String name) {
            int at = 0;
            int next = 0;
            int star = -1;
            int starAt = 0;
            while (at < name.length()) {
                if (next < text.length() && text.charAt(next) == '*') {
                    star = next++;
                    starAt = at;
                } else if (next < text.length() && text.charAt(next) == name.charAt(at)) {
                    next++;
                    at++;
                } else if (star >= 0) {
                    next = star + 1;
                    at = ++starAt;
                } else {
                    return false;
                }
            }
            while (next < text.length() && text.charAt(next) == '*') {
                next++;
            }
            return next == text.length();
        }
    }

    /// Empty when the text is not `schema.table`.
    static Optional<TablePattern> parse(String text) {
        Matcher halves = WRITTEN.matcher(text);
        return halves.matches() ? Optional.of(new TablePattern(part(halves, 1), part(halves, 3))) : Optional.empty();
    }

    private static Part part(Matcher halves, int group) {
        String quoted = halves.group(group);
        if (quoted != null) {
            return new Part(quoted.replace("\"\"", "\""), false);
        }
        String plain = String.valueOf(halves.group(group + 1));
        return new Part(plain, plain.contains("*"));
    }

    /// The table's name, unless this is a wildcard.
    public Optional<TableName> exact() {
        return schema.wildcard || table.wildcard
                ? Optional.empty()
                : Optional.of(new TableName(schema.text, table.text));
    }

    public boolean matches(TableName name) {
        return schema.matches(name.schema()) && table.matches(name.name());
    }

    @Override
    public String toString() {
        return schema.text + "." + table.text;
    }
}
