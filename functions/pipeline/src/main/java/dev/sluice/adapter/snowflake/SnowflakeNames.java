package dev.sluice.adapter.snowflake;

import dev.sluice.model.Column;
import dev.sluice.model.Definition;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// How names of the source are spelled in Snowflake: one that is plain and all lower case is folded to
/// upper case, as Snowflake itself would fold it; every other one is kept as it is. All are quoted.
final class SnowflakeNames {
    static final String SLICE = "_SLUICE_SLICE";
    static final String RUN = "_SLUICE_RUN";
    static final String SYNCED_AT = "_SLUICE_SYNCED_AT";

    /// In staging tables the Parquet file that a row came from, in tables of feeds the dropped file.
    static final String FILE = "_SLUICE_FILE";

    static final String VERSION = "_SLUICE_VERSION";
    static final String LINE = "_SLUICE_LINE";

    private static final List<String> ADDED = List.of(SLICE, RUN, SYNCED_AT, FILE, VERSION, LINE);
    private static final Pattern FOLDED = Pattern.compile("[a-z_][a-z0-9_$]*");

    /// Longest identifier that Snowflake takes; characters.
    private static final int LONGEST = 255;

    private SnowflakeNames() {}

    static String fold(String name) {
        if (name.codePointCount(0, name.length()) > LONGEST) {
            throw new InvalidRequest(
                    "the name '%s…' is longer than %d characters, which is what Snowflake takes; name a table with target:, leave a column out with columns: [-name]"
                            .formatted(name.substring(0, name.offsetByCodePoints(0, 40)), LONGEST));
        }
        return FOLDED.matcher(name).matches() ? name.toUpperCase(Locale.ROOT) : name;
    }

    /// As the source spells it, for people.
    static String unfolded(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return fold(lower).equals(name) ? lower : name;
    }

    /// A name as SQL, folded and quoted.
    static String sql(String name) {
        return quoted(fold(name));
    }

    static String sql(TableName table) {
        return sql(table.schema()) + "." + sql(table.name());
    }

    /// A name that is already spelled as Snowflake does.
    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static boolean isAdded(String folded) {
        return ADDED.contains(folded);
    }

    /// Folded name → column, in order.
    ///
    /// @throws InvalidRequest two names become one, or one that Sluice keeps for itself
    static Map<String, Column> columns(Definition definition) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Column column : definition.columns()) {
            String folded = fold(column.name());
            if (isAdded(folded)) {
                throw new InvalidRequest(
                        "%s: column %s has a name that Sluice keeps for itself; leave it out with columns: [-%s]"
                                .formatted(definition.source(), column.name(), column.name()));
            }
            Optional<Column> twin = Optional.ofNullable(columns.put(folded, column));
            if (twin.isPresent()) {
                throw new InvalidRequest(
                        "%s: the columns '%s' and '%s' are both spelled %s in Snowflake; leave one out with columns: [-%s]"
                                .formatted(
                                        definition.source(),
                                        twin.get().name(),
                                        column.name(),
                                        quoted(folded),
                                        column.name()));
            }
        }
        return columns;
    }

    /// Names of the source by their folded form, for telling which column of a target was left out.
    static Map<String, String> folded(Iterable<String> names) {
        Map<String, String> folded = new HashMap<>();
        names.forEach(name -> folded.put(fold(name), name));
        return folded;
    }
}
