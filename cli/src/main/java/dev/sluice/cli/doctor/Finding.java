package dev.sluice.cli.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/// What one check found.
///
/// @param check what was looked at, such as `table public.sales`
/// @param says  on one line; holds no secret
/// @param toDo  what helps, for all but [Status#OK]
public record Finding(Status status, String check, String says, Optional<String> toDo) {
    public enum Status {
        OK("ok"),
        /// A sync works, but not as well or not for as long as it could.
        WARN("warn"),
        /// A sync, or a table of it, will fail.
        FAIL("FAIL");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        @JsonValue
        public String word() {
            return word;
        }
    }
}
