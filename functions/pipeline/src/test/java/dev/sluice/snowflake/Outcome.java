package dev.sluice.snowflake;

import java.util.List;

/// What a statement answers.
///
/// @param type     the driver's statement type id
/// @param children query ids of the parts of a multi-statement
record Outcome(Rows rows, long type, List<Execution> children) {
    static final long SELECT = 0x1000;
    static final long INSERT = 0x3100;
    static final long UPDATE = 0x3200;
    static final long DELETE = 0x3300;
    static final long MERGE = 0x3400;
    static final long COPY = 0x3600;
    static final long ALTER_SESSION = 0x4100;
    static final long USE = 0x4300;
    static final long SHOW = 0x4400;
    static final long DESCRIBE = 0x4500;
    static final long TRANSACTION = 0x5000;
    static final long DDL = 0x6000;
    static final long MULTI = 0xA000;

    Outcome(Rows rows, long type) {
        this(rows, type, List.of());
    }

    static Outcome status(long type, String text) {
        return new Outcome(Rows.status(text), type);
    }

    static Outcome done(long type) {
        return status(type, "Statement executed successfully.");
    }

    static Outcome created(String kind, String name) {
        return status(DDL, "%s %s successfully created.".formatted(kind, name));
    }

    boolean isChange() {
        return (type & 0xFF00) > SELECT && type < ALTER_SESSION && type >= INSERT;
    }
}
