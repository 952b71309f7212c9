package dev.sluice.snowflake;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// An object of the account: what it is, its full name, who owns it, its properties.
class Thing {
    enum Type {
        DATABASE(1),
        SCHEMA(2),
        TABLE(3),
        STAGE(3),
        FILE_FORMAT(3),
        MASKING_POLICY(3),
        ROW_ACCESS_POLICY(3),
        WAREHOUSE(1),
        ROLE(1),
        USER(1),
        INTEGRATION(1),
        RESOURCE_MONITOR(1);

        final int parts;

        Type(int parts) {
            this.parts = parts;
        }

        /// As messages say it.
        String word() {
            String lower = name().replace('_', ' ').toLowerCase(Locale.ROOT);
            return Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
        }
    }

    final Type type;
    final Map<String, Object> properties = new LinkedHashMap<>();
    private final Instant created = Instant.now();
    private Name name;
    private String owner;

    Thing(Type type, Name name, String owner) {
        this.type = type;
        this.name = name;
        this.owner = owner;
    }

    Name name() {
        return name;
    }

    void rename(Name to) {
        name = to;
    }

    String owner() {
        return owner;
    }

    void own(String role) {
        owner = role;
    }

    Instant created() {
        return created;
    }

    String property(String key) {
        Object value = properties.get(key);
        return value == null ? "" : value.toString();
    }

    Options options() {
        return new Options(properties);
    }
}
