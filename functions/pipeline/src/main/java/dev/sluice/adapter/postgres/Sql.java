package dev.sluice.adapter.postgres;

import dev.sluice.model.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// SQL statements from the `.sql` files beside this class, and quoting. A parameter is written `:name`,
/// as psql does, and is replaced by a fragment that is quoted already. Literals are right under
/// `standard_conforming_strings = on`, which every transaction sets.
final class Sql {
    private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w]):([a-z_]+)");
    private static final Map<String, String> FILES = new ConcurrentHashMap<>();

    private Sql() {}

    /// The statement in `file` with its parameters filled in, without its comments.
    static String statement(String file, Map<String, String> parameters) {
        String text = FILES.computeIfAbsent(file, Sql::read);
        TreeSet<String> unused = new TreeSet<>(parameters.keySet());
        StringBuilder out = new StringBuilder(text.length());
        Matcher matcher = PARAMETER.matcher(text);
        while (matcher.find()) {
            String value = parameters.get(matcher.group(1));
            if (value == null) {
                throw new IllegalArgumentException(file + ": no value for :" + matcher.group(1));
            }
            unused.remove(matcher.group(1));
            matcher.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(out);
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException(file + " has no parameters " + unused);
        }
        return out.toString();
    }

    /// The settings of one transaction, without those that the server does not know.
    static String pins(ServerVersion version, Map<String, String> parameters) {
        Pattern since = Pattern.compile("-- from (\\d+)$");
        return statement("pins.sql", parameters)
                .lines()
                .filter(line -> {
                    Matcher marker = since.matcher(line);
                    return !marker.find() || version.number() >= Integer.parseInt(marker.group(1));
                })
                .map(line -> since.matcher(line).replaceFirst(""))
                .collect(Collectors.joining("\n"));
    }

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String table(TableName name) {
        return identifier(name.schema()) + "." + identifier(name.name());
    }

    static String literal(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("text with a zero character");
        }
        return "'" + value.replace("'", "''") + "'";
    }

    /// An array constant such as `'{"a","b"}'`, to be followed by a cast. Every element is quoted, so
    /// that the word NULL, the empty text, commas and braces are themselves.
    static String arrayLiteral(Collection<String> values) {
        return literal(values.stream()
                .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}")));
    }

    private static String read(String file) {
        try (InputStream in = Sql.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
