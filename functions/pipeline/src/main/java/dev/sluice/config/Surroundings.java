package dev.sluice.config;

import dev.sluice.model.Consistency;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a configuration leans on where it is read.
///
/// @param environment what `${env:NAME}` stands for; null for a variable that is not set
/// @param secrets     what `${secret:NAME}` stands for; empty where it is refused
/// @param consistency that of tables that do not choose one
public record Surroundings(
        UnaryOperator<@Nullable String> environment, Optional<Secrets> secrets, Consistency consistency) {
    /// One process that lives as long as a run.
    public static Surroundings oneProcess(UnaryOperator<@Nullable String> environment) {
        return new Surroundings(environment, Optional.empty(), Consistency.TABLE);
    }

    /// Functions, of which none outlives its stage.
    public static Surroundings functions(UnaryOperator<@Nullable String> environment, Secrets secrets) {
        return new Surroundings(environment, Optional.of(secrets), Consistency.SLICE);
    }
}
