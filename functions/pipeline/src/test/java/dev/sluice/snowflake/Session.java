package dev.sluice.snowflake;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// What the server keeps of one login. Statements of a session run one after another.
final class Session {
    final long id;
    final String user;
    final ReentrantLock turn = new ReentrantLock();
    final Map<String, String> variables = new TreeMap<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    volatile String token;
    volatile String masterToken;
    volatile Instant tokenExpires = Instant.MAX;
    volatile Instant masterExpires = Instant.MAX;
    volatile boolean closed;
    volatile String role;
    volatile Optional<String> database = Optional.empty();
    volatile Optional<String> schema = Optional.empty();
    volatile Optional<String> warehouse = Optional.empty();
    volatile Optional<Transaction> transaction = Optional.empty();
    volatile String lastQuery = "";

    Session(long id, String user, String role, String token, String masterToken) {
        this.id = id;
        this.user = user;
        this.role = role;
        this.token = token;
        this.masterToken = masterToken;
    }

    String parameter(String name) {
        String set = parameters.get(name);
        return set == null ? Parameters.defaultOf(name) : set;
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(parameter(name));
    }

    Map<String, String> parameters() {
        Map<String, String> all = new TreeMap<>(Parameters.defaults());
        all.putAll(parameters);
        return all;
    }

    void set(String name, String value) {
        parameters.put(name, Parameters.checked(name, value));
    }

    void unset(String name) {
        Parameters.defaultOf(name);
        parameters.remove(name);
    }

    /// The name with the session's database and schema where it has none.
    Name full(Name name, int parts) {
        if (name.parts().size() == parts) {
            return name;
        }
        if (name.parts().size() > parts) {
            throw SqlFailure.compilation("too many parts in name %s".formatted(name));
        }
        String inDatabase = database.orElseThrow(
                () -> new SqlFailure(
                        "090105",
                        "22000",
                        "Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', or use a qualified name."));
        if (parts == 2) {
            return Name.of(inDatabase, name.last());
        }
        if (name.parts().size() == 2) {
            return Name.of(inDatabase, name.parts().getFirst(), name.last());
        }
        String inSchema = schema.orElseThrow(
                () -> new SqlFailure(
                        "090106",
                        "22000",
                        "Cannot perform operation. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name."));
        return Name.of(inDatabase, inSchema, name.last());
    }
}
