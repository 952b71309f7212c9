package dev.sluice.config;

import static dev.sluice.config.Documents.and;
import static dev.sluice.config.Documents.drop;

import java.util.List;

/// [Refusals] of entries under `drops:`.
final class FeedRefusals {
    private static final String TYPES =
            "smallint, integer, bigint, numeric(p,s), real, double precision, boolean, text, date, time, timestamp, timestamptz, uuid, bytea or json";
    private static final String REST = "format: csv, columns: {a: int}, mode: append";

    private final List<Refusals.Refusal> refusals;

    private FeedRefusals(List<Refusals.Refusal> refusals) {
        this.refusals = refusals;
    }

    static void add(List<Refusals.Refusal> refusals) {
        FeedRefusals all = new FeedRefusals(refusals);
        all.entries();
        all.formats();
        all.columns();
        all.modes();
    }

    private void both(String name, String yaml, String... messages) {
        refusals.add(new Refusals.Refusal("drops: " + name, yaml, true, List.of(messages)));
    }

    private void readerOnly(String name, String yaml, String... messages) {
        refusals.add(new Refusals.Refusal("drops: " + name, yaml, false, List.of(messages)));
    }

    private void entries() {
        both("a list", and("drops: [a]"), "10:8: drops: found a list; expected a mapping from feed to its settings");
        both(
                "nothing but a name",
                and("drops:\n  f: {}"),
                "11:3: drops.f.match: found nothing; expected keys of the lake, such as \"drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz\"",
                "11:3: drops.f.format: found nothing; expected csv, jsonl or parquet",
                "11:3: drops.f.columns: found nothing; expected a mapping from column to type, such as {id: bigint, total: \"numeric(12,2)\"}",
                "11:3: drops.f.mode: found nothing; expected append, replace or upsert");
        both(
                "a name with a capital",
                and("drops:\n  Pos: {match: d/*, " + REST + "}"),
                "11:8: drops.Pos: found a name that no table can have here; expected a name in lower case letters, digits and _, at most 63, beginning with a letter");
        both(
                "a pattern with a question mark",
                and("drops:\n  f: {match: \"d/?.csv\", " + REST + "}"),
                "11:14: drops.f.match: found `?`; expected keys such as `drops/pos/{store}/{date:yyyy-MM-dd}/*.csv.gz`, with *, ** and {name} as the only wildcards");
        both(
                "a misspelt key",
                drop(REST + ", modus: x"),
                "11:71: drops.f.modus: unknown key; expected match, format, columns, mode, slice_by, grain, timezone, key, order_by, target, on_new_column, bad_rows or expect_every");
        readerOnly(
                "two feeds for the same files",
                and("drops:\n  f: {match: d/*, " + REST + "}\n  g: {match: d/*, " + REST + "}"),
                "12:6: drops.g: matches the same files as drops.f; a file belongs to one feed");
        readerOnly(
                "two feeds with one target",
                and("drops:\n  f: {match: d/*, " + REST + "}\n  g: {match: e/*, target: Drops.F, " + REST + "}"),
                "12:6: drops.g: has the target `Drops.F`, as drops.f has; expected another target");
        readerOnly(
                "the target of a table",
                drop(REST + ", target: PUBLIC.a"),
                "11:6: drops.f: has the target `PUBLIC.a`, as tables.public.a has; expected another target");
        readerOnly(
                "a target among the rows of files",
                drop(REST + ", target: Sluice_Drops.f"),
                "11:6: drops.f: has a target in schema sluice_drops, which holds the ledger; expected another target");
        readerOnly(
                "a target in the ledger's schema",
                drop(REST + ", target: sluice.f"),
                "11:6: drops.f: has a target in schema sluice, which holds the ledger; expected another target");
        both(
                "more bad rows than rows",
                drop(REST + ", bad_rows: {allow: 5}"),
                "11:89: drops.f.bad_rows.allow: found the number `5`; expected a number from 0 to 1");
        both(
                "another percent sign",
                drop(REST + ", bad_rows: {allow: 1 percent, action: drop}"),
                "11:89: drops.f.bad_rows.allow: found `1 percent`; expected a part of a file's rows, such as \"0.1 %\" or 0.001",
                "11:108: drops.f.bad_rows.action: found `drop`; expected quarantine");
        both(
                "no duration",
                drop(REST + ", expect_every: often"),
                "11:85: drops.f.expect_every: found `often`; expected a duration in minutes, hours or days, such as 30 days");
    }

    private void formats() {
        String columns = "columns: {a: int}, mode: append, ";
        String formats = "csv, jsonl or parquet, or a mapping such as {type: csv, delimiter: \";\"}";
        both(
                "another format",
                drop(columns + "format: json"),
                "11:66: drops.f.format: found `json`; expected " + formats + "; did you mean `jsonl`?");
        both(
                "two characters between fields",
                drop(columns + "format: {type: csv, delimiter: \"||\"}"),
                "11:89: drops.f.format.delimiter: found `||`; expected one ASCII character that is no letter, digit or quote, such as \";\", or tab");
        both(
                "a quote of two characters",
                drop(columns + "format: {type: csv, quote: \"''\"}"),
                "11:85: drops.f.format.quote: found `''`; expected one ASCII character such as '\"', or none");
        readerOnly(
                "one character for both",
                drop(columns + "format: {type: csv, delimiter: \"'\", quote: \"'\"}"),
                "11:78: drops.f.format.delimiter: found the same character as delimiter and quote");
        readerOnly(
                "an encoding of another world",
                drop(columns + "format: {type: csv, encoding: latin-42}"),
                "11:88: drops.f.format.encoding: found `latin-42`; expected the name of an encoding, such as UTF-8, ISO-8859-1, windows-1252 or UTF-16LE");
        both(
                "a delimiter of Parquet",
                drop(columns + "format: {type: parquet, delimiter: \",\"}"),
                "11:82: drops.f.format.delimiter: `delimiter` belongs to csv");
    }

    private void columns() {
        String rest = "format: csv, mode: append, columns: ";
        both(
                "no column",
                drop(rest + "{}"),
                "11:61: drops.f.columns: found no column; expected a mapping from column to type, such as {id: bigint, total: \"numeric(12,2)\"}");
        both(
                "a type of another database",
                drop(rest + "{a: bigit, b: number}"),
                "11:65: drops.f.columns.a: found `bigit`; expected " + TYPES + "; did you mean `bigint`?",
                "11:75: drops.f.columns.b: found `number`; expected " + TYPES);
        both(
                "too many digits",
                drop(rest + "{a: \"numeric(39,2)\"}"),
                "11:65: drops.f.columns.a: found `numeric(39,2)`; expected numeric(p,s) with 1 ≤ p ≤ 38 and 0 ≤ s ≤ p");
        readerOnly(
                "a part that the key does not have",
                drop(rest + "{a: int, b: {part: q, type: int}}"),
                "11:80: drops.f.columns.b.part: found `q`; expected p; did you mean `p`?");
        readerOnly(
                "parts alone",
                drop(rest + "{b: {part: p, type: int}}"),
                "11:61: drops.f.columns: found only parts of the key; expected at least one column of the file");
        both(
                "a part without a type",
                drop(rest + "{a: int, b: {part: p}}"),
                "11:70: drops.f.columns.b.type: found nothing; expected " + TYPES);
        readerOnly(
                "names that differ in case",
                drop(rest + "{a: int, A: int}"),
                "11:73: drops.f.columns.A: differs only in case from `a`, and warehouses hold such names for one");
        both(
                "a name of ours",
                drop(rest + "{_Sluice_line: int, a: int}"),
                "11:76: drops.f.columns._Sluice_line: found a name that is empty or begins with _sluice_; expected another one");
        readerOnly(
                "new columns without a header",
                drop("format: {type: csv, header: false}, mode: append, columns: {a: int}, on_new_column: add"),
                "11:94: drops.f.on_new_column: a CSV without a header cannot name new columns; expected refuse");
    }

    private void modes() {
        String rest = "format: csv, columns: {a: int, j: json, d: date}, mode: ";
        both(
                "another mode",
                drop(rest + "merge"),
                "11:81: drops.f.mode: found `merge`; expected append, replace or upsert");
        both(
                "slices without a column",
                drop(rest + "replace"),
                "11:3: drops.f.slice_by: found nothing; expected a column, because slices are replaced");
        both(
                "a key for rows that are appended",
                drop(rest + "append, key: [a]"),
                "11:89: drops.f.key: `key` belongs to mode upsert; this feed has mode append");
        both(
                "no key",
                drop(rest + "upsert, order_by: d"),
                "11:3: drops.f.key: found nothing; expected a list of columns, because rows are upserted by key");
        readerOnly(
                "a key of no column",
                drop(rest + "upsert, key: [b], order_by: j"),
                "11:95: drops.f.key[0]: found `b`; expected a column of the feed; did you mean `a`?",
                "11:109: drops.f.order_by: found a column of type json; expected a column of the feed whose values can be compared");
        readerOnly(
                "months of a number",
                drop(rest + "replace, slice_by: a, grain: month"),
                "11:103: drops.f.grain: `grain` belongs to a column of type date, timestamp or timestamptz under `slice_by`");
    }
}
