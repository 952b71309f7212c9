package dev.sluice.config;

import org.yaml.snakeyaml.error.Mark;

/// What all values of one file share while it is read.
record Reading(String file, Problems problems, References references) {
    Position position(Mark mark) {
        return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
