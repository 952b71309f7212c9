package dev.sluice.machine;

import java.util.List;
import java.util.stream.Collectors;

/** A state machine file that the service would refuse, or that asks for something this runner does not do. Whoever edits the file must act. */
public final class InvalidDefinition extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One thing to correct: where it stands, what was found there, and what is allowed instead. */
    public record Problem(String path, String found, String allowed) {
        @Override
        public String toString() {
            return path + ": " + found + "; " + allowed;
        }
    }

    private final transient List<Problem> problems;

    InvalidDefinition(List<Problem> problems) {
        super(problems.stream()
                .map(Problem::toString)
                .collect(Collectors.joining(
                        "\n", "The state machine definition has " + problems.size() + " problem(s):\n", "")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
