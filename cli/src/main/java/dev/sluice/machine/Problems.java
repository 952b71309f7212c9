package dev.sluice.machine;

import java.util.ArrayList;
import java.util.List;

/** Gathers everything that is wrong with a definition, so that one look is enough. */
final class Problems {
    private final List<InvalidDefinition.Problem> found = new ArrayList<>();

    void add(String path, String what, String allowed) {
        found.add(new InvalidDefinition.Problem(path.isEmpty() ? "(top level)" : path, what, allowed));
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidDefinition(found);
        }
    }
}
