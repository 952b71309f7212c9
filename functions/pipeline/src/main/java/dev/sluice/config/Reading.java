package dev.sluice.config;

import java.util.List;
import org.yaml.snakeyaml.error.Mark;

/// What all values of one file share while it is read.
///
/// @param groups names of the groups of the file
record Reading(String file, Problems problems, References references, Surroundings surroundings, List<String> groups) {
    Reading(String file, Surroundings surroundings) {
        this(file, new Problems(), new References(surroundings), surroundings, List.of());
    }

    Reading with(List<String> groupNames) {
        return new Reading(file, problems, references, surroundings, groupNames);
    }

    Position position(Mark mark) {
        return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
