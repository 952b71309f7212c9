package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/// How a table is kept in step. See DESIGN: wholesale, sliced, time-sliced.
public enum Strategy {
    WHOLESALE("wholesale"),
    SLICED("sliced"),
    TIME_SLICED("time-sliced");

    private final String word;

    Strategy(String word) {
        this.word = word;
    }

    @JsonCreator
    public static Strategy of(String word) {
        return Arrays.stream(values())
                .filter(s -> s.word.equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidRequest("strategy '" + word + "': expected wholesale, sliced or time-sliced"));
    }

    @JsonValue
    public String word() {
        return word;
    }
}
