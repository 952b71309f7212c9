package dev.sluice.snowflake;

import java.util.List;
import java.util.stream.Collectors;

/// A name of one to three parts, folded already.
record Name(List<String> parts) {
    Name {
        parts = List.copyOf(parts);
    }

    static Name of(String... parts) {
        return new Name(List.of(parts));
    }

    String last() {
        return parts.getLast();
    }

    Name sibling(String name) {
        java.util.ArrayList<String> all = new java.util.ArrayList<>(parts);
        all.set(all.size() - 1, name);
        return new Name(all);
    }

    @Override
    public String toString() {
        return parts.stream().map(Name::spelled).collect(Collectors.joining("."));
    }

    static String spelled(String part) {
        return part.matches("[A-Z_][A-Z0-9_$]*") ? part : quoted(part);
    }

    static String quoted(String part) {
        return '"' + part.replace("\"", "\"\"") + '"';
    }
}
