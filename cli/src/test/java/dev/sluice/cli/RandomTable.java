package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table of random columns under a random strategy, and random things that happen to it. All of it
/// follows from the random numbers, so that a seed tells the whole story again.
final class RandomTable {
    private static final List<String> NAMES = words("a b|Ärger|select|\"quoted\"|it's|semi;colon|back\\slash|dollar$1"
            + "|new\nline|tab\t|percent%s|{brace}|🧀|UPPER|dot.ted|comma,name|rowid|filename|text|candidate|respelled"
            + "|slice|file|question?|:param|-minus|*| leading|trailing |ı|İx|null|true|123|count(*)|--|/*|p|f|row|user"
            + "|hash|\\N|a name as long as a name in PostgreSQL can be, sixtythree bytes");

    private static final List<String> TABLES =
            words("t|Ta ble|select|ünï🧀|dot.ted|quo\"te|it's|100%|A|x/y|back\\slash");

    private static final List<String> ZONES = words("UTC|America/St_Johns|Asia/Kathmandu|Africa/Monrovia"
            + "|Australia/Lord_Howe|Pacific/Apia|Europe/Amsterdam");

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Column(String name, RandomType type, boolean notNull) {
        String quoted() {
            return identifier(name);
        }

        String value(Random random) {
            return !notNull && random.nextInt(6) == 0 ? "NULL" : type.literal(random);
        }
    }

    /// What a table went through.
    ///
    /// @param changes false if the rows are the same afterwards
    record Mutation(String words, boolean changes, List<String> statements) {}

    private final Random random;
    private final String table;
    private final List<String> freeNames;
    private final List<Column> columns = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private final String strategy;
    private int nextId = 1;

    /// @param number of the table, so that names differ
    RandomTable(Random random, int number, boolean eachSliceAlone) {
        this.random = random;
        this.table = TABLES.get(random.nextInt(TABLES.size())) + number;
        this.freeNames = new ArrayList<>(NAMES);
        Collections.shuffle(freeNames, random);
        this.strategy = List.of("wholesale", "sliced", "sliced", "sliced", "time-sliced", "time-sliced")
                .get(random.nextInt(6));
        RandomType keyType = strategy.equals("time-sliced") ? RandomType.ofTime(random) : RandomType.any(random);
        columns.add(new Column(freeNames.removeFirst(), keyType, random.nextInt(3) == 0));
        for (int i = random.nextInt(12); i > 0; i--) {
            columns.add(new Column(freeNames.removeFirst(), RandomType.any(random), random.nextInt(3) == 0));
        }
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            keys.add(columns.getFirst().value(random));
        }
        settle(eachSliceAlone);
    }

    private void settle(boolean eachSliceAlone) {
        settings.put("strategy", strategy);
        settings.put(
                "recheck",
                "{" + (strategy.equals("time-sliced") ? "audit_days: 1, " : "") + "warehouse: "
                        + List.of("always", "daily", "never").get(random.nextInt(3)) + "}");
        if (eachSliceAlone || random.nextInt(6) == 0) {
            settings.put("consistency", "slice");
        }
        if (random.nextInt(3) == 0) {
            settings.put("chunk_bytes", "4 kB");
        }
        if (random.nextInt(4) == 0) {
            settings.put("columns", "[-id]");
        }
        String key = columns.getFirst().quoted();
        switch (strategy) {
            case "wholesale" -> settings.put("skip_unchanged", String.valueOf(random.nextInt(3) > 0));
            case "sliced" -> settings.put("slice_by", yaml(random.nextInt(3) == 0 ? expression(key) : key));
            default -> {
                settings.put("slice_by", yaml(key));
                settings.put(
                        "grain",
                        List.of("hour", "day", "day", "week", "month", "year").get(random.nextInt(6)));
                settings.put("timezone", ZONES.get(random.nextInt(ZONES.size())));
            }
        }
    }

    private String expression(String key) {
        return List.of(
                        "id % 7",
                        "id / 25",
                        "left(md5(id::text), 1)",
                        "CASE WHEN id > 50 THEN NULL ELSE id % 5 END",
                        "(id % 3)::text || '/''\\' || (" + key + " IS NULL)::text",
                        "coalesce((" + key + " IS NOT NULL)::text, 'never') || '%s%'",
                        "'one for all'::text")
                .get(random.nextInt(7));
    }

    /// `schema.table`, as the database spells it.
    String name() {
        return "public." + table;
    }

    /// Recreated in every run, whether anything changed or not.
    boolean alwaysRecreated() {
        return "false".equals(settings.get("skip_unchanged"));
    }

    /// A shrink guard that looks at every wave may refuse what the plan as a whole would allow.
    boolean inWaves() {
        return strategy.equals("time-sliced");
    }

    int rows() {
        return ids.size();
    }

    /// The entry under `tables:`.
    String entry() {
        String types = columns.stream()
                .filter(c -> !c.type().policy().isEmpty())
                .map(c -> yaml(c.name()) + ": " + c.type().policy())
                .collect(Collectors.joining(", "));
        Map<String, String> all = new TreeMap<>(settings);
        if (!types.isEmpty()) {
            all.put("types", "{" + types + "}");
        }
        return yaml("public.\"" + table.replace("\"", "\"\"") + "\"")
                + all.entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .collect(Collectors.joining(", ", ": {", "}"));
    }

    List<String> create() {
        String declared = columns.stream()
                .map(c -> c.quoted() + " " + c.type().sql() + (c.notNull() ? " NOT NULL" : ""))
                .collect(Collectors.joining(", "));
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE " + sql() + " (id int PRIMARY KEY, " + declared + ")");
        statements.addAll(insert(random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(150)));
        return statements;
    }

    Mutation mutate() {
        return switch (random.nextInt(14)) {
            case 0, 1 -> changed("insert", insert(1 + random.nextInt(30)));
            case 2, 3, 4 -> changed("update", update(random.nextInt(columns.size())));
            case 5 -> changed("move between slices", update(0));
            case 6 -> changed("delete", delete(ids.size() / (1 + random.nextInt(6))));
            case 7 -> changed("swap a value between two rows", swap());
            case 8 -> reload();
            case 9 -> new Mutation("write every row as it is", false, List.of("UPDATE " + sql() + " SET id = id"));
            case 10 -> new Mutation("empty and fill with the same", false, refill());
            case 11 -> changed("add a column", addColumn());
            default -> new Mutation("nothing", false, List.of());
        };
    }

    private Mutation changed(String words, List<String> statements) {
        return new Mutation(words, true, statements);
    }

    private List<String> insert(int rows) {
        if (rows == 0) {
            return List.of();
        }
        if (random.nextInt(4) == 0) {
            keys.set(random.nextInt(keys.size()), columns.getFirst().value(random));
        }
        List<String> tuples = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            ids.add(nextId);
            String values =
                    IntStream.range(0, columns.size()).mapToObj(this::value).collect(Collectors.joining(", "));
            tuples.add("(" + nextId++ + ", " + values + ")");
        }
        String names = columns.stream().map(Column::quoted).collect(Collectors.joining(", "));
        return List.of("INSERT INTO %s (id, %s) VALUES %s".formatted(sql(), names, String.join(", ", tuples)));
    }

    private String value(int column) {
        return column == 0 && random.nextInt(10) > 0
                ? keys.get(random.nextInt(keys.size()))
                : columns.get(column).value(random);
    }

    private List<String> update(int column) {
        List<String> statements = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            statements.add("UPDATE %s SET %s = %s WHERE id IN (%s)"
                    .formatted(sql(), columns.get(column).quoted(), value(column), some(1 + random.nextInt(5))));
        }
        return statements;
    }

    private List<String> delete(int rows) {
        Collections.shuffle(ids, random);
        List<Integer> gone = ids.subList(0, rows);
        List<String> statements =
                gone.isEmpty() ? List.of() : List.of("DELETE FROM %s WHERE id IN (%s)".formatted(sql(), listed(gone)));
        gone.clear();
        return statements;
    }

    private List<String> swap() {
        if (ids.size() < 2) {
            return List.of();
        }
        Collections.shuffle(ids, random);
        String column = columns.get(random.nextInt(columns.size())).quoted();
        return List.of("UPDATE %1$s a SET %2$s = b.%2$s FROM %1$s b WHERE (a.id, b.id) IN ((%3$d, %4$d), (%4$d, %3$d))"
                .formatted(sql(), column, ids.get(0), ids.get(1)));
    }

    private Mutation reload() {
        List<String> statements = new ArrayList<>();
        statements.add("TRUNCATE " + sql());
        ids.clear();
        statements.addAll(insert(random.nextInt(60)));
        return changed("empty and fill anew", statements);
    }

    private List<String> refill() {
        return List.of(
                "CREATE TABLE kept AS SELECT * FROM " + sql(),
                "TRUNCATE " + sql(),
                "INSERT INTO " + sql() + " SELECT * FROM kept",
                "DROP TABLE kept");
    }

    private List<String> addColumn() {
        if (freeNames.isEmpty() || columns.size() > 14) {
            return List.of();
        }
        Column added = new Column(freeNames.removeFirst(), RandomType.any(random), false);
        columns.add(added);
        List<String> statements = new ArrayList<>();
        statements.add("ALTER TABLE %s ADD COLUMN %s %s"
                .formatted(sql(), added.quoted(), added.type().sql()));
        if (random.nextBoolean()) {
            statements.addAll(update(columns.size() - 1));
        }
        return statements;
    }

    private String some(int count) {
        Collections.shuffle(ids, random);
        return listed(ids.isEmpty() ? List.of(0) : ids.subList(0, Math.min(count, ids.size())));
    }

    private static String listed(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private String sql() {
        return identifier(table);
    }

    private static List<String> words(String separated) {
        return List.of(separated.split("\\|"));
    }

    private static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /// JSON texts are YAML texts.
    private static String yaml(String text) {
        try {
            return JSON.writeValueAsString(text).replace("${", "$${");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
