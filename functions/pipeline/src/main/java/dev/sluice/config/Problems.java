package dev.sluice.config;

import dev.sluice.model.InvalidRequest;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// Everything that is wrong with one file, collected so that the owner sees it at once. The same problem
/// found twice (defaults are read for every table) counts once. Not thread-safe.
final class Problems {
    private record Problem(Position at, String path, String text) {
        @Override
        public String toString() {
            return at + ": " + (path.isEmpty() ? "" : path + ": ") + text;
        }
    }

    private final Set<Problem> found = new LinkedHashSet<>();

    /// @param path the keys that lead to the value, joined by dots; empty for the file as a whole
    void add(Position at, String path, String text) {
        found.add(new Problem(at, path, text));
    }

    boolean any() {
        return !found.isEmpty();
    }

    /// @throws InvalidRequest one line per problem, in the order of the file
    void throwIfAny() {
        if (any()) {
            throw new InvalidRequest(found.stream()
                    .sorted(Comparator.comparing(Problem::at))
                    .map(Problem::toString)
                    .collect(Collectors.joining("\n")));
        }
    }
}
