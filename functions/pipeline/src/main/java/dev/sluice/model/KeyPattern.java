package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which keys belong to a feed, such as `drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz`: `*` is anything but
/// a slash, `**` anything, `{name}` at least one character but no slash and as few as will do,
/// `{name:pattern}` a date or time in that spelling (`yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`, anything between
/// them as it is). Keys that end in a slash never match.
public final class KeyPattern {
    /// A piece that is not taken literally.
    private static final Pattern PIECE = Pattern.compile("\\*+|\\{[^{}]*\\}|[{}?\\[\\]\\\\]");

    private static final Pattern PART = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^{}]+))?\\}");
    private static final Pattern FIELD = Pattern.compile("yyyy|MM|dd|HH|mm|ss");
    private static final String EXPECTED =
            "keys such as `drops/pos/{store}/{date:yyyy-MM-dd}/*.csv.gz`, with *, ** and {name} as the only wildcards";

    /// A named part.
    ///
    /// @param fields the fields of a date or time, in order; empty for any text
    private record Part(String name, List<String> fields) {}

    private final String text;
    private final String prefix;
    private final Pattern pattern;
    private final List<Part> parts = new ArrayList<>();

    /// @throws InvalidRequest no key could match, or more than one reading of a key would
    @JsonCreator
    public KeyPattern(String text) {
        this.text = text;
        if (text.isBlank() || text.startsWith("/") || text.endsWith("/") || text.contains("//")) {
            throw refused("no key begins or ends with a slash, or has two in a row");
        }
        StringBuilder regex = new StringBuilder();
        Matcher pieces = PIECE.matcher(text);
        int at = 0;
        int firstWildcard = text.length();
        boolean open = false;
        while (pieces.find()) {
            if (open && pieces.start() == at) {
                throw refused("two wildcards without anything between them");
            }
            firstWildcard = Math.min(firstWildcard, pieces.start());
            regex.append(Pattern.quote(text.substring(at, pieces.start())));
            regex.append(wildcard(pieces.group()));
            open = true;
            at = pieces.end();
        }
        regex.append(Pattern.quote(text.substring(at)));
        this.prefix = text.substring(0, firstWildcard);
        this.pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private String wildcard(String piece) {
        if (piece.startsWith("*")) {
            if (piece.length() > 2) {
                throw refused("more than two stars in a row");
            }
            return piece.length() == 2 ? ".*" : "[^/]*";
        }
        Matcher part = PART.matcher(piece);
        if (!part.matches()) {
            throw refused("found `%s`".formatted(piece));
        }
        String name = part.group(1);
        if (names().contains(name)) {
            throw refused("the name `%s` stands twice".formatted(name));
        }
        String spelling = part.group(2);
        if (spelling == null) {
            parts.add(new Part(name, List.of()));
            return "([^/]+?)";
        }
        return spelled(name, spelling);
    }

    private String spelled(String name, String spelling) {
        StringBuilder regex = new StringBuilder("(");
        List<String> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(spelling);
        int at = 0;
        while (field.find()) {
            regex.append(between(name, spelling.substring(at, field.start())));
            if (fields.contains(field.group())) {
                throw refused("`%s` stands twice in {%s:…}".formatted(field.group(), name));
            }
            fields.add(field.group());
            regex.append("[0-9]{").append(field.group().length()).append('}');
            at = field.end();
        }
        regex.append(between(name, spelling.substring(at))).append(')');
        if (fields.isEmpty()) {
            throw refused("{%s:…} holds none of yyyy, MM, dd, HH, mm, ss".formatted(name));
        }
        parts.add(new Part(name, List.copyOf(fields)));
        return regex.toString();
    }

    private String between(String name, String literal) {
        if (literal.chars().anyMatch(c -> Character.isLetterOrDigit(c) && c != 'T' && c != 'Z')) {
            throw refused("{%s:…} may hold yyyy, MM, dd, HH, mm, ss and what stands between them".formatted(name));
        }
        return Pattern.quote(literal);
    }

    private InvalidRequest refused(String why) {
        return new InvalidRequest("%s; expected %s".formatted(why, EXPECTED));
    }

    public String text() {
        return text;
    }

    /// The constant beginning: no matching key lies elsewhere.
    public String prefix() {
        return prefix;
    }

    /// Names of the parts, in order.
    public List<String> names() {
        return parts.stream().map(Part::name).toList();
    }

    /// The named parts in the spelling of the key. A date with year, month and day becomes `yyyy-MM-dd`, with
    /// hours behind it `yyyy-MM-dd HH:mm:ss`; empty if the key does not match, or a date in it is none.
    public Optional<Map<String, String>> match(String key) {
        if (!key.startsWith(prefix) || key.endsWith("/")) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            Optional<String> value = value(parts.get(i), matcher.group(i + 1));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.put(parts.get(i).name(), value.get());
        }
        return Optional.of(values);
    }

    private static Optional<String> value(Part part, String spelled) {
        if (part.fields().isEmpty()) {
            return Optional.of(spelled);
        }
        Map<String, Integer> numbers = new LinkedHashMap<>();
        int at = 0;
        for (String field : part.fields()) {
            // fields may stand without anything between them, so they are told by their width
            while (!Character.isDigit(spelled.charAt(at))) {
                at++;
            }
            numbers.put(field, Integer.parseInt(spelled.substring(at, at + field.length())));
            at += field.length();
        }
        try {
            LocalDate date = LocalDate.of(
                    numbers.getOrDefault("yyyy", 2000), numbers.getOrDefault("MM", 1), numbers.getOrDefault("dd", 1));
            LocalTime time = LocalTime.of(
                    numbers.getOrDefault("HH", 0), numbers.getOrDefault("mm", 0), numbers.getOrDefault("ss", 0));
            if (!numbers.keySet().containsAll(List.of("yyyy", "MM", "dd"))) {
                return Optional.of(spelled);
            }
            return Optional.of(
                    numbers.size() == 3 ? date.toString() : date + " " + time + (time.getSecond() == 0 ? ":00" : ""));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPattern pattern && text.equals(pattern.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
