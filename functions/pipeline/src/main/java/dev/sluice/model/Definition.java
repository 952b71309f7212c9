package dev.sluice.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a table's slices are and how their rows arrive, settled against the catalogue.
///
/// @param columns the columns that are carried, in source order, policies applied; at least one, none
///                unsupported
/// @param hash    the definition hash: 32 hex digits over everything that decides what a slice is and how
///                it arrives
public record Definition(TableName source, TableName target, SliceBy sliceBy, List<Column> columns, String hash) {
    public Definition {
        columns = List.copyOf(columns);
    }

    /// Settles a table sync against what the catalogue says.
    ///
    /// @throws InvalidRequest   a column is named that the table does not have, or none is left
    /// @throws UnsupportedValue a carried column's type cannot be carried
    public static Definition of(TableSync sync, SourceTable table) {
        checkNames(sync, table);
        List<Column> columns = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Column column : table.columns()) {
            boolean wanted = sync.include().isEmpty() || sync.include().contains(column.name());
            if (!wanted || sync.exclude().contains(column.name())) {
                continue;
            }
            String policy = sync.types().get(column.name());
            Column carried = policy == null ? column : column.withType(policyType(sync.source(), column, policy));
            if (carried.type() instanceof ColumnType.Unsupported(String why)) {
                refused.add("%s %s (%s)".formatted(column.name(), column.sourceType(), why));
            }
            if (column.name().startsWith("_sluice_")) {
                throw new InvalidRequest(
                        "%s: column %s has a name that Sluice keeps for itself; leave it out with columns: [-%s]"
                                .formatted(sync.source(), column.name(), column.name()));
            }
            columns.add(carried);
        }
        if (!refused.isEmpty()) {
            throw new UnsupportedValue(
                    "%s: no exact type in the warehouse for %s. Leave the column out with columns: [-name], or carry it as text with types: {name: text}, or as an exact number with types: {name: \"numeric(38,9)\"}"
                            .formatted(sync.source(), String.join(", ", refused)));
        }
        if (columns.isEmpty()) {
            throw new InvalidRequest(sync.source() + ": no column is left to carry; see columns:");
        }
        return new Definition(sync.source(), sync.target(), sync.sliceBy(), columns, hash(sync, columns, table));
    }

    /// Refuses names of columns that the table does not have, and a time slice over a column that is no
    /// time.
    ///
    /// @throws InvalidRequest with the first of them
    public static void checkNames(TableSync sync, SourceTable table) {
        List<String> named = new ArrayList<>(sync.include());
        named.addAll(sync.exclude());
        named.addAll(sync.types().keySet());
        switch (sync.sliceBy()) {
            case SliceBy.Value value -> named.add(value.column());
            case SliceBy.Time time -> named.add(time.column());
            case SliceBy.Whole whole -> {}
            case SliceBy.Expression expression -> {}
        }
        for (String name : named) {
            if (table.column(name).isEmpty()) {
                throw new InvalidRequest("%s: the source has no column '%s'; it has %s"
                        .formatted(
                                sync.source(),
                                name,
                                String.join(
                                        ", ",
                                        table.columns().stream()
                                                .map(Column::name)
                                                .toList())));
            }
        }
        if (sync.sliceBy() instanceof SliceBy.Time time) {
            String base = table.column(time.column()).orElseThrow().baseType();
            if (!List.of("date", "timestamp", "timestamptz").contains(base)) {
                throw new InvalidRequest(
                        "%s: slice_by column %s is %s; time-sliced needs a date, timestamp or timestamptz"
                                .formatted(sync.source(), time.column(), base));
            }
        }
    }

    private static ColumnType policyType(TableName table, Column column, String policy) {
        if (policy.equals("text")) {
            return new ColumnType.Text();
        }
        java.util.regex.Matcher numeric = java.util.regex.Pattern.compile("numeric\\((\\d{1,2}),\\s*(\\d{1,2})\\)")
                .matcher(policy);
        if (numeric.matches()
                && (column.baseType().equals("numeric") || column.baseType().startsWith("int"))) {
            return new ColumnType.Decimal(Integer.parseInt(numeric.group(1)), Integer.parseInt(numeric.group(2)));
        }
        throw new InvalidRequest("%s: types: {%s: %s}: expected text, or numeric(p,s) for a numeric column"
                .formatted(table, column.name(), policy));
    }

    private static String hash(TableSync sync, List<Column> columns, SourceTable table) {
        List<String> parts = new ArrayList<>();
        parts.add("definition-1");
        parts.add(sync.strategy().word());
        parts.add(String.valueOf(sync.sliceBy()));
        sliceColumn(sync.sliceBy()).flatMap(table::column).ifPresent(c -> parts.add(c.identity()));
        for (Column column : columns) {
            parts.add(column.position() + " " + column.identity() + " " + column.type());
        }
        for (Map.Entry<String, String> policy : new TreeMap<>(sync.types()).entrySet()) {
            parts.add(policy.getKey() + "=" + policy.getValue());
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static java.util.Optional<String> sliceColumn(SliceBy sliceBy) {
        return switch (sliceBy) {
            case SliceBy.Value value -> java.util.Optional.of(value.column());
            case SliceBy.Time time -> java.util.Optional.of(time.column());
            case SliceBy.Whole whole -> java.util.Optional.empty();
            case SliceBy.Expression expression -> java.util.Optional.empty();
        };
    }
}
