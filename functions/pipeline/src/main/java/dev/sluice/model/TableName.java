package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// A table's schema and name, exactly as the database spells them. Written `schema.table`.
///
/// @param schema the schema; holds no dot, because the first dot of the written form ends it
public record TableName(String schema, String name) implements Comparable<TableName> {
    public TableName {
        if (schema.isEmpty() || name.isEmpty() || schema.contains(".")) {
            throw new InvalidRequest("table name '%s.%s': expected schema.table".formatted(schema, name));
        }
    }

    @JsonCreator
    public static TableName parse(String text) {
        int dot = text.indexOf('.');
        if (dot <= 0 || dot == text.length() - 1) {
            throw new InvalidRequest("table name '" + text + "': expected schema.table");
        }
        return new TableName(text.substring(0, dot), text.substring(dot + 1));
    }

    @JsonValue
    @Override
    public String toString() {
        return schema + "." + name;
    }

    @Override
    public int compareTo(TableName other) {
        return toString().compareTo(other.toString());
    }
}
