package dev.sluice.cli.init;

import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Proposals as a commented `sluice.yaml`. Names are any text: what is no plain word goes into quotes, and
/// what cannot be seen is written out.
public final class ConfigText {
    /// Where the source is, and where things go.
    ///
    /// @param warehouse    the keys of `warehouse:` as they stand in the file
    /// @param passwordName the environment variable that holds the password
    /// @param writtenOn    a date
    public record Places(
            String url, String user, String passwordName, String lake, String warehouse, String writtenOn) {}

    private static final int WIDTH = 110;
    private static final String LEDGER_SCHEMA = "sluice";

    private final StringBuilder text = new StringBuilder();
    private final Set<String> targets = new HashSet<>();

    private ConfigText() {}

    public static String of(Places places, List<Proposal> proposals) {
        ConfigText config = new ConfigText();
        config.head(places);
        proposals.stream()
                .filter(p -> !p.leftOut())
                .map(Proposal::table)
                .filter(t -> !t.schema().equalsIgnoreCase(LEDGER_SCHEMA))
                .forEach(t -> config.targets.add(lower(t)));
        Set<String> first = new HashSet<>();
        proposals.forEach(proposal -> config.table(proposal, first));
        return config.text.toString();
    }

    private void head(Places places) {
        comment(
                "",
                "Written by sluice init on %s. A proposal: the reason stands above each table, and whoever knows the tables better changes it. docs/first-mile.md has the rules, docs/config.md every key."
                        .formatted(places.writtenOn()));
        line("version: 1");
        line("source:");
        line("  url: " + value(places.url()));
        line("  user: " + value(places.user()));
        line("  password: ${env:%s}".formatted(places.passwordName()));
        line("lake: { url: %s }".formatted(quoted(reference(places.lake()))));
        line("warehouse: { %s }".formatted(places.warehouse()));
        line("defaults:");
        line("  skip_unchanged: true # a wholesale table whose fingerprint did not move is left alone");
        line("tables:");
    }

    private void table(Proposal proposal, Set<String> seen) {
        line("");
        comment("  ", String.join("; ", proposal.because()));
        proposal.toDo().forEach(todo -> comment("  ", "→ " + todo));
        if (proposal.leftOut()) {
            comment("  ", scalar(key(proposal.table())) + ": { strategy: wholesale }");
            return;
        }
        line("  %s:".formatted(scalar(key(proposal.table()))));
        line("    strategy: " + proposal.strategy().map(Strategy::word).orElseThrow());
        proposal.sliceBy()
                .ifPresent(cut -> line("    slice_by: "
                        + value(
                                switch (cut) {
                                    case Proposal.Cut.Column(String name) -> column(name);
                                    case Proposal.Cut.Expression(String sql) -> sql;
                                })));
        proposal.grain().ifPresent(grain -> line("    grain: " + grain.word()));
        target(proposal.table(), seen);
        if (!proposal.exclude().isEmpty()) {
            List<String> out = new ArrayList<>();
            proposal.exclude().forEach(name -> out.add(quoted(reference("-" + name))));
            line("    columns: [%s]".formatted(String.join(", ", out)));
        }
        types(proposal.types());
    }

    private void types(Map<String, Proposal.Policy> types) {
        if (types.isEmpty()) {
            return;
        }
        line("    types: # carried as the source spells them; or leave them out with columns: [-name]");
        types.forEach((name, policy) -> {
            comment("      ", policy.reason());
            line("      %s: %s".formatted(scalar(name), value(policy.type())));
        });
    }

    /// Warehouses fold the case of names, and schema `sluice` holds the ledger.
    private void target(TableName table, Set<String> seen) {
        boolean ledger = table.schema().equalsIgnoreCase(LEDGER_SCHEMA);
        if (!ledger && seen.add(lower(table))) {
            return;
        }
        String schema = ledger ? table.schema() + "_source" : table.schema();
        TableName target = new TableName(schema, table.name());
        for (int i = 2; !targets.add(lower(target)); i++) {
            target = new TableName(schema, table.name() + "_" + i);
        }
        line("    target: %s # %s"
                .formatted(
                        value(key(target)),
                        ledger
                                ? "the warehouse keeps its ledger in schema sluice"
                                : "the warehouse does not tell names apart by case"));
    }

    private static String lower(TableName table) {
        return table.toString().toLowerCase(Locale.ROOT);
    }

    /// `schema.table`, parts in double quotes unless they are plain words.
    private static String key(TableName table) {
        return part(table.schema()) + "." + part(table.name());
    }

    private static String part(String name) {
        return name.matches("[A-Za-z0-9_]+") ? name : Proposals.identifier(name);
    }

    /// As `slice_by` names a column.
    private static String column(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_$]*") ? name : Proposals.identifier(name);
    }

    /// A text of the configuration in which no reference is meant.
    private static String value(String text) {
        return scalar(reference(text));
    }

    private static String reference(String text) {
        return text.replace("${", "$${");
    }

    /// A text as YAML: plain where every version of YAML takes it for that text.
    static String scalar(String text) {
        boolean plain = text.matches("[A-Za-z_][A-Za-z0-9_]*([./:-]{1,3}[A-Za-z0-9_]+)*(( / |/|[?&]|=)[A-Za-z0-9_]+)*")
                && !text.matches("(?i)true|false|null|yes|no|on|off|y|n");
        return plain ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else {
                quoted.append(seen(c));
            }
        });
        return quoted.append('"').toString();
    }

    /// A text on one line, as a comment takes it.
    private static String visible(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> line.append(seen(c)));
        return line.toString();
    }

    private static String seen(int c) {
        boolean hidden = Character.isISOControl(c)
                || c == 0x2028
                || c == 0x2029
                || c == 0xFEFF
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.SURROGATE
                || (c & 0xFFFE) == 0xFFFE;
        if (!hidden) {
            return Character.toString(c);
        }
        return (c > 0xFFFF ? "\\U%08x" : "\\u%04x").formatted(c);
    }

    private void comment(String indent, String words) {
        StringBuilder row = new StringBuilder();
        for (String word : visible(words).split(" ", -1)) {
            if (row.length() + word.length() > WIDTH) {
                line(indent + "#" + row);
                row.setLength(0);
            }
            row.append(' ').append(word);
        }
        line(indent + "#" + row);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
