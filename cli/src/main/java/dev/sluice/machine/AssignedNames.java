package dev.sluice.machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which variables each scope of a definition assigns, to find those that would hide or change one of an outer scope. */
final class AssignedNames {
    private final @Nullable AssignedNames outer;
    private final Map<String, String> pathByName = new LinkedHashMap<>();
    private final List<AssignedNames> below = new ArrayList<>();

    private AssignedNames(@Nullable AssignedNames outer) {
        this.outer = outer;
    }

    static AssignedNames ofMachine() {
        return new AssignedNames(null);
    }

    /** A branch, or the iterations of an inline map. */
    AssignedNames inner() {
        return add(new AssignedNames(this));
    }

    /** The children of a distributed map, which see none of these variables. */
    AssignedNames separate() {
        return add(new AssignedNames(null));
    }

    private AssignedNames add(AssignedNames scope) {
        below.add(scope);
        return scope;
    }

    void add(String name, String path) {
        pathByName.putIfAbsent(name, path);
    }

    /** To be called once the whole definition is read. */
    void check(Problems problems) {
        pathByName.forEach((name, path) -> {
            for (AssignedNames scope = outer; scope != null; scope = scope.outer) {
                String outerPath = scope.pathByName.get(name);
                if (outerPath != null) {
                    problems.add(
                            path,
                            "assigns $" + name + ", a variable of an outer scope (" + outerPath + ")",
                            "inner scopes can read outer variables but not assign them; choose another name");
                }
            }
        });
        below.forEach(scope -> scope.check(problems));
    }
}
