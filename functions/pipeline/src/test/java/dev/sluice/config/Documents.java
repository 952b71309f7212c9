package dev.sluice.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A small configuration whose sections tests exchange. Line 1 version, 2–5 source, 6 lake, 7 warehouse,
/// 8 tables, 9 the entry of `public.a`, whose value begins in column 13.
final class Documents {
    static final Path BASE = Path.of("/etc/sluice").toAbsolutePath();
    static final String SECRET = "s3cr3t-hunter2";

    static final String PEM = "-----BEGIN PRIVATE KEY-----\ns3cr3t\n-----END PRIVATE KEY-----\n";

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PASSWORD",
            SECRET,
            "EMPTY",
            "",
            "STRATEGY",
            "sliced",
            "ODD",
            "s3cr3t-odd",
            "NESTED",
            "${env:PASSWORD}",
            "KEY",
            PEM,
            "LOCKED_KEY",
            PEM.replace("PRIVATE", "ENCRYPTED PRIVATE"),
            "OLD_KEY",
            PEM.replace("PRIVATE", "RSA PRIVATE"));

    private static final Map<String, String> SECTIONS = new LinkedHashMap<>();

    static {
        SECTIONS.put("version", "version: 1\n");
        SECTIONS.put("source", """
                source:
                  url: jdbc:postgresql://db:5432/retail
                  user: sluice
                  password: ${env:PASSWORD}
                """);
        SECTIONS.put("lake", "lake: {url: \"file:lake\"}\n");
        SECTIONS.put("warehouse", "warehouse: {type: duckdb, path: w.duckdb}\n");
        SECTIONS.put("tables", "tables:\n  public.a: {strategy: wholesale}\n");
    }

    static final String DROPS =
            "drops:\n  pos: {match: \"drops/{day}/*.csv\", format: csv, columns: {a: int}, mode: append}";

    private Documents() {}

    static String plain() {
        return String.join("", SECTIONS.values());
    }

    /// The document with one section in another form; an empty text leaves it out.
    static String with(String section, String text) {
        Map<String, String> sections = new LinkedHashMap<>(SECTIONS);
        if (sections.replace(section, text.isEmpty() ? "" : text + "\n") == null) {
            throw new IllegalArgumentException(section);
        }
        return String.join("", sections.values());
    }

    /// The document with a section more, on line 10.
    static String and(String text) {
        return plain() + text + "\n";
    }

    /// The document with another source, whose value begins in column 9 of line 2.
    static String source(String flow) {
        return with("source", "source: " + flow);
    }

    /// The document with a lake in a bucket and a warehouse in Snowflake, whose keys begin in column 30 of
    /// line 7.
    static String snowflake(String keys) {
        return with("lake", "lake: {url: \"s3://lake\"}")
                .replace("{type: duckdb, path: w.duckdb}", "{type: snowflake, " + keys + "}");
    }

    /// The document with another entry for `public.a`.
    static String table(String value) {
        return with("tables", "tables:\n  public.a: " + value);
    }

    /// The document with a feed `f` that matches `d/{p}/*` on line 11, whose further keys begin in column 25.
    static String drop(String keys) {
        return and("drops:\n  f: {match: \"d/{p}/*\", " + keys + "}");
    }

    static SluiceConfig parse(String yaml) {
        return SluiceConfig.parse(yaml, "sluice.yaml", BASE, ENVIRONMENT::get);
    }
}
