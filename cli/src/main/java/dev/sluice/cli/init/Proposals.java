package dev.sluice.cli.init;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Grain;
import dev.sluice.model.SourceTable;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Facts to proposal, without asking anybody. docs/first-mile.md has the rules in words.
public final class Proposals {
    /// Up to here a table is recreated in a few seconds, and slices would save less than they cost in
    /// attention; rows. COPY sends a million narrow rows in about a second.
    static final double SMALL_ROWS = 1_000_000;

    /// The same in bytes of the table's files.
    static final long SMALL_BYTES = 100_000_000;

    /// A table of few but wide rows is not small above this: one batch of rows, which is the default of
    /// `chunk_bytes`.
    static final long WIDE_BYTES = TableSync.DEFAULT_CHUNK_BYTES;

    /// A row of a warehouse table is seldom narrower on disk; bytes. Stands in for the count of a table
    /// that was never analysed.
    static final long LEAST_ROW_BYTES = 40;

    private static final String RESERVED_PREFIX = "_sluice_";

    private final TableFacts facts;
    private final String role;
    private final List<String> because = new ArrayList<>();
    private final List<String> toDo = new ArrayList<>();

    private Proposals(TableFacts facts, String role) {
        this.facts = facts;
        this.role = role;
    }

    /// @param role who will read, for the GRANT
    public static Proposal of(TableFacts facts, String role) {
        return new Proposals(facts, role).propose();
    }

    private Proposal propose() {
        SourceTable table = facts.table();
        if (table.name().toString().contains("${")) {
            because.add("a name with ${ in it cannot be a key of the configuration");
            toDo.add("rename the table");
            return leftOut();
        }
        if (!facts.rights().readable()) {
            because.add("role %s may not read it".formatted(role));
            toDo.add("GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s;"
                    .formatted(
                            identifier(table.name().schema()), identifier(role), sql(table.name()), identifier(role)));
            return leftOut();
        }
        if (table.rowSecurity()) {
            because.add("row-level security hides rows from role %s, and a copy without them would look complete"
                    .formatted(role));
            toDo.add("ALTER ROLE %s BYPASSRLS; or leave the table out".formatted(identifier(role)));
            return leftOut();
        }
        Map<String, Proposal.Policy> types = new LinkedHashMap<>();
        List<String> exclude = exclude();
        for (Column column : table.columns()) {
            if (column.type() instanceof ColumnType.Unsupported(String why) && !exclude.contains(column.name())) {
                String number = column.baseType().equals("numeric") ? "; \"numeric(38,9)\" if its numbers fit" : "";
                types.put(
                        column.name(),
                        new Proposal.Policy("text", "%s: %s%s".formatted(column.sourceType(), why, number)));
            }
        }
        if (types.keySet().stream().anyMatch(String::isBlank)) {
            because.add("a column without a name that can be seen is of a type that needs a policy");
            toDo.add("rename that column");
            return leftOut();
        }
        if (table.columns().size() == exclude.size()) {
            because.add("it has no column that could be carried");
            return leftOut();
        }
        size();
        Choice choice = choose();
        return new Proposal(
                table.name(), choice.strategy(), choice.sliceBy(), choice.grain(), types, exclude, because, toDo);
    }

    private Proposal leftOut() {
        return new Proposal(
                facts.table().name(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                because,
                toDo);
    }

    /// Columns whose names Sluice keeps for itself, and those that DuckDB takes for the same name as an
    /// earlier one.
    private List<String> exclude() {
        List<String> exclude = new ArrayList<>();
        Set<String> folded = new HashSet<>();
        for (Column column : facts.table().columns()) {
            String name = column.name();
            if (name.startsWith(RESERVED_PREFIX)) {
                exclude.add(name);
                because.add("column %s has a name that Sluice keeps for itself".formatted(name));
            } else if (!folded.add(foldedAscii(name))) {
                exclude.add(name);
                because.add("column %s differs from another only in case, which the warehouse does not tell apart"
                        .formatted(name));
            }
        }
        return exclude;
    }

    private static String foldedAscii(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return folded.toString();
    }

    private void size() {
        SourceTable table = facts.table();
        String bytes = Amounts.bytes(table.bytes());
        if (facts.analysed()) {
            because.add(Amounts.rows(table.estimatedRows()) + ", " + bytes);
            if (!small() && facts.profile().columns().isEmpty()) {
                because.add("no statistics of its columns: run ANALYZE " + sql(table.name()) + " for better advice");
            }
        } else {
            String advice = small() ? "" : ": run ANALYZE " + sql(table.name()) + " for better advice";
            because.add(bytes + ", never analysed" + advice);
        }
    }

    /// What a rule answers.
    record Choice(Optional<Strategy> strategy, Optional<Proposal.Cut> sliceBy, Optional<Grain> grain) {
        static final Choice WHOLESALE = new Choice(Optional.of(Strategy.WHOLESALE), Optional.empty(), Optional.empty());
        static final Choice NONE = new Choice(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Choice choose() {
        if (small()) {
            because.add("small enough to be recreated whole when it changed");
            return Choice.WHOLESALE;
        }
        Rules rules = new Rules(facts, rows());
        Optional<Rules.Finding> found = rules.time().or(rules::value).or(rules::buckets);
        if (found.isPresent()) {
            because.addAll(found.get().because());
            return found.get().choice();
        }
        if (rows() <= TableSync.DEFAULT_MAX_ROWS) {
            because.add("no column to cut it by was found, so it is recreated whole when it changed");
            toDo.add("a slice_by would save work: " + Rules.WHAT_TO_LOOK_FOR);
            return Choice.WHOLESALE;
        }
        because.add("too large to be recreated whole (max_rows: %d), and no column to cut it by was found"
                .formatted(TableSync.DEFAULT_MAX_ROWS));
        toDo.add("decide on slice_by: " + Rules.WHAT_TO_LOOK_FOR);
        toDo.add("or raise max_rows for strategy: wholesale");
        return Choice.NONE;
    }

    private boolean small() {
        long bytes = facts.table().bytes();
        double rows = rows();
        if (rows > TableSync.DEFAULT_MAX_ROWS) {
            return false;
        }
        return bytes <= SMALL_BYTES || (facts.analysed() && rows <= SMALL_ROWS && bytes <= WIDE_BYTES);
    }

    private double rows() {
        double estimated = facts.table().estimatedRows();
        return estimated >= 0 ? estimated : (double) facts.table().bytes() / LEAST_ROW_BYTES;
    }

    static String sql(TableName table) {
        return identifier(table.schema()) + "." + identifier(table.name());
    }

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
