package dev.sluice.model;

/// One column of a source table, as the catalogue describes it.
///
/// @param position   `attnum`; gaps mark dropped columns
/// @param name       exactly as the database spells it
/// @param type       what is carried
/// @param sourceType the source's own spelling with modifiers, such as `numeric(12,2)` or `public.mood`
/// @param baseType   `typname` of the type behind domains, such as `int8`, `bpchar`, `citext`, `_int4`
/// @param notNull    declared NOT NULL
/// @param bytewise   text whose equality is equality of bytes (a deterministic collation); true for all
///                   that has no collation
/// @param identity   everything about the column that decides how its values arrive: name, type,
///                   modifier, collation, enum labels; part of the definition hash. Holds no object ids,
///                   which a restore changes
public record Column(
        int position,
        String name,
        ColumnType type,
        String sourceType,
        String baseType,
        boolean notNull,
        boolean bytewise,
        String identity) {
    public Column withType(ColumnType other) {
        return new Column(position, name, other, sourceType, baseType, notNull, bytewise, identity);
    }
}
