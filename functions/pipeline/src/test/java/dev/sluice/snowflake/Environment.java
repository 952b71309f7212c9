package dev.sluice.snowflake;

import java.util.List;
import java.util.Optional;

/// What expressions ask of the session that they run in.
interface Environment {
    Session session();

    /// The value of the n-th `?`, from 1; empty while a statement is only described.
    Optional<Typed> bind(int index);

    /// SYSTEM$… functions and what else acts beside the data.
    Optional<Typed> system(String name, List<String> arguments);
}
