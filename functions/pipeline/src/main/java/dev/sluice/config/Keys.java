package dev.sluice.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys of one kind of section; a test holds them against the JSON Schema and the documentation.
///
/// @param known   in the order of the documentation
/// @param refused key → why it is refused, for keys that have a better answer than "unknown"
record Keys(List<String> known, Map<String, String> refused) {
    private static final List<String> LATER_TABLE = List.of("mask");

    static final Keys TOP = new Keys(
            List.of("version", "source", "lake", "warehouse", "groups", "defaults", "tables", "drops"), Map.of());
    static final Keys SOURCE = new Keys(List.of("url", "user", "password", "max_connections"), Map.of());
    static final Keys LAKE = new Keys(List.of("url", "keep", "region", "endpoint"), Map.of());
    static final Keys WAREHOUSE = new Keys(
            List.of(
                    "type",
                    "path",
                    "url",
                    "user",
                    "private_key",
                    "private_key_passphrase",
                    "password",
                    "role",
                    "stage"),
            inAddress());
    static final Keys TABLE = new Keys(
            List.of(
                    "strategy",
                    "slice_by",
                    "grain",
                    "timezone",
                    "detect",
                    "consistency",
                    "on_failed_slice",
                    "columns",
                    "types",
                    "target",
                    "max_rows",
                    "skip_unchanged",
                    "max_shrink",
                    "recheck",
                    "untouched",
                    "budget",
                    "chunk_bytes",
                    "group",
                    "fresh_within",
                    "skip"),
            later(LATER_TABLE.toArray(String[]::new)));
    static final Keys DEFAULTS = new Keys(
            List.of(
                    "strategy",
                    "grain",
                    "timezone",
                    "detect",
                    "consistency",
                    "on_failed_slice",
                    "max_rows",
                    "skip_unchanged",
                    "max_shrink",
                    "recheck",
                    "untouched",
                    "budget",
                    "chunk_bytes",
                    "group",
                    "fresh_within"),
            tableOnly());
    static final Keys GROUP = new Keys(List.of("schedule", "timezone"), Map.of());
    static final Keys RECHECK = new Keys(List.of("recent", "audit_days", "warehouse"), Map.of());
    static final Keys BUDGET = new Keys(List.of("minutes", "bytes"), Map.of());

    static final Keys DROP = new Keys(
            List.of(
                    "match",
                    "format",
                    "columns",
                    "mode",
                    "slice_by",
                    "grain",
                    "timezone",
                    "key",
                    "order_by",
                    "target",
                    "on_new_column",
                    "bad_rows",
                    "expect_every"),
            Map.of());
    static final Keys DROP_FORMAT =
            new Keys(List.of("type", "delimiter", "quote", "header", "encoding", "null_text"), Map.of());
    static final Keys DROP_COLUMN = new Keys(List.of("type", "part"), Map.of());
    static final Keys BAD_ROWS = new Keys(List.of("allow", "action"), Map.of());

    Optional<String> refusal(String key) {
        if (key.equals("<<")) {
            return Optional.of("merge keys are not read; put what tables share under `defaults`");
        }
        if (key.startsWith("fresh_")) {
            return Optional.of(notAvailable(key));
        }
        return Optional.ofNullable(refused.get(key));
    }

    static String notAvailable(String word) {
        return Words.quoted(word) + " is not available in this version";
    }

    private static Map<String, String> later(String... keys) {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (String key : keys) {
            sentences.put(key, notAvailable(key));
        }
        return sentences;
    }

    private static Map<String, String> inAddress() {
        Map<String, String> sentences = new LinkedHashMap<>();
        sentences.put(
                "account", "`account` belongs into the address: jdbc:snowflake://ACCOUNT.snowflakecomputing.com/");
        sentences.put("database", "`database` belongs into the address: url: …/?db=RETAIL");
        sentences.put("warehouse", "`warehouse` belongs into the address: url: …/?warehouse=LOADING_WH");
        sentences.put("schema", "`schema` is that of each table; `target` names another one");
        return sentences;
    }

    private static Map<String, String> tableOnly() {
        Map<String, String> sentences = new LinkedHashMap<>(later(LATER_TABLE.toArray(String[]::new)));
        for (String key : List.of("slice_by", "columns", "types", "target", "skip")) {
            sentences.put(key, "`%s` belongs to a table (or a wildcard), not to defaults".formatted(key));
        }
        return sentences;
    }
}
