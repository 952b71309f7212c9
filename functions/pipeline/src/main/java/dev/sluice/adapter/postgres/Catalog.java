package dev.sluice.adapter.postgres;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the system catalogue: never result metadata, which some planners strip of modifiers.
final class Catalog {
    private static final Set<String> TEXTS_BY_BYTES = Set.of("text", "varchar", "name", "char");
    private static final Set<String> TEXTS_BY_OTHER_RULES = Set.of("citext", "bpchar");

    private record RelationRow(
            long oid,
            TableName name,
            char kind,
            boolean partitioned,
            long bytes,
            double rows,
            boolean rowSecurity,
            boolean readable,
            boolean membersReadable) {}

    private record ColumnRow(long oid, Column column) {}

    private final Session session;

    Catalog(Session session) {
        this.session = session;
    }

    /// What may be read, sorted by name.
    List<TableName> tables() {
        String isPartition = session.version().atLeast(10)
                ? "c.relispartition"
                : "EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhrelid = c.oid)";
        List<TableName> names = session.query(
                Sql.statement("tables.sql", Map.of("is_partition", isPartition)),
                Operation.of("listing the tables of the source"),
                row -> new TableName(row.getString(1), row.getString(2)));
        return names.stream().sorted().toList();
    }

    /// Sorted by name; what does not exist is missing.
    List<Relation> relations(Collection<TableName> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        List<RelationRow> relations = relationRows(names);
        Map<Long, List<Column>> columns = columns(relations);
        return relations.stream()
                .map(row -> new Relation(
                        row.oid(),
                        row.kind(),
                        row.readable(),
                        row.membersReadable(),
                        new SourceTable(
                                row.name(),
                                columns.getOrDefault(row.oid(), List.of()),
                                row.rows(),
                                row.bytes(),
                                row.partitioned(),
                                row.rowSecurity())))
                .sorted(java.util.Comparator.comparing(
                        relation -> relation.table().name()))
                .toList();
    }

    Optional<Relation> relation(TableName name) {
        return relations(List.of(name)).stream().findFirst();
    }

    /// Members of the table whose file was replaced between the snapshot and now.
    List<String> rewritten(Relation relation) {
        return session.query(
                Sql.statement("rewritten.sql", Map.of("oid", String.valueOf(relation.oid()))),
                Operation.on(relation.table().name(), "checking the files of"),
                row -> row.getString(1));
    }

    private List<RelationRow> relationRows(Collection<TableName> names) {
        String wanted = names.stream()
                .distinct()
                .map(name -> "(" + Sql.literal(name.schema()) + "::name, " + Sql.literal(name.name()) + "::name)")
                .collect(Collectors.joining(", ", "VALUES ", ""));
        return session.query(
                Sql.statement("relations.sql", Map.of("wanted", wanted)),
                Operation.of(
                        "describing " + (names.size() == 1 ? names.iterator().next() : names.size() + " tables")),
                row -> new RelationRow(
                        row.getLong(1),
                        new TableName(row.getString(2), row.getString(3)),
                        row.getString(4).charAt(0),
                        row.getBoolean(5),
                        row.getLong(6),
                        row.getDouble(7),
                        row.getBoolean(8),
                        row.getBoolean(9),
                        row.getBoolean(10)));
    }

    private Map<Long, List<Column>> columns(List<RelationRow> relations) {
        if (relations.isEmpty()) {
            return Map.of();
        }
        String oids = relations.stream().map(row -> String.valueOf(row.oid())).collect(Collectors.joining(", "));
        String deterministic = session.version().atLeast(12) ? "o.collisdeterministic" : "true";
        Map<Long, List<Column>> columns = new HashMap<>();
        for (ColumnRow row : session.query(
                Sql.statement("columns.sql", Map.of("oids", oids, "deterministic", deterministic)),
                Operation.of("describing columns"),
                Catalog::column)) {
            columns.computeIfAbsent(row.oid(), oid -> new ArrayList<>()).add(row.column());
        }
        return columns;
    }

    private static ColumnRow column(ResultSet row) throws SQLException {
        Types.SourceType base = type(row, 6);
        Optional<Types.SourceType> element = row.getString(12) == null ? Optional.empty() : Optional.of(type(row, 11));
        ColumnType type = Types.of(base, element);
        boolean deterministic = row.getBoolean(18);
        return new ColumnRow(
                row.getLong(1),
                new Column(
                        row.getInt(2),
                        row.getString(3),
                        type,
                        row.getString(5),
                        base.baseType(),
                        row.getBoolean(4),
                        bytewise(base, deterministic),
                        identity(row, base, element, deterministic)));
    }

    private static Types.SourceType type(ResultSet row, int first) throws SQLException {
        return new Types.SourceType(
                row.getString(first),
                row.getString(first + 1),
                row.getString(first + 2).charAt(0),
                row.getInt(first + 3),
                row.getString(first + 4));
    }

    private static boolean bytewise(Types.SourceType base, boolean deterministic) {
        if (TEXTS_BY_OTHER_RULES.contains(base.baseType())) {
            return false;
        }
        return deterministic || !TEXTS_BY_BYTES.contains(base.baseType());
    }

    private static String identity(
            ResultSet row, Types.SourceType base, Optional<Types.SourceType> element, boolean deterministic)
            throws SQLException {
        StringBuilder text = new StringBuilder();
        text.append(Sql.identifier(row.getString(3))).append(' ').append(row.getString(5));
        text.append(" is ").append(base.spelling()).append(" modifier ").append(base.modifier());
        element.ifPresent(e ->
                text.append(" of ").append(e.spelling()).append(" modifier ").append(e.modifier()));
        if (row.getString(17) != null) {
            text.append(" collate ").append(Sql.identifier(row.getString(16)));
            text.append('.').append(Sql.identifier(row.getString(17)));
            text.append(deterministic ? "" : " nondeterministic");
        }
        if (row.getString(19) != null) {
            text.append(" labels (").append(row.getString(19)).append(')');
        }
        return text.toString();
    }
}
