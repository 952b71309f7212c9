package dev.sluice.config;

import static dev.sluice.config.Documents.and;
import static dev.sluice.config.Documents.snowflake;
import static dev.sluice.config.Documents.source;
import static dev.sluice.config.Documents.table;
import static dev.sluice.config.Documents.with;

import java.util.ArrayList;
import java.util.List;

/// Documents that are refused, what the reader says of each, and whether a JSON Schema can see the
/// mistake.
final class Refusals {
    /// @param messages without the file's name in front
    record Refusal(String name, String yaml, boolean seenBySchema, List<String> messages) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String TOP = "version, source, lake, warehouse, groups, defaults, tables or drops";
    private static final String BYTES =
            "a size in B, kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of 1024), such as 20 GB";
    private static final String URL =
            "jdbc:postgresql://host:port/database, with user and password under keys of their own";
    private static final String SECRET =
            "a reference such as `${env:SLUICE_SOURCE_PASSWORD}`; secrets do not stand in the file";
    private static final String SNOWFLAKE_URL =
            "jdbc:snowflake://ACCOUNT.snowflakecomputing.com/?db=DATABASE&warehouse=WAREHOUSE, with user, credentials and role under keys of their own";
    private static final String PEM =
            "a private key in PEM, PKCS#8: -----BEGIN PRIVATE KEY----- or -----BEGIN ENCRYPTED PRIVATE KEY-----";
    private static final String COLUMNS = "a list of columns, all to be left out ([-name]) or all to be carried";
    private static final String TIME_COLUMN = "a column of type date, timestamp or timestamptz";

    private final List<Refusal> refusals = new ArrayList<>();

    static List<Refusal> all() {
        Refusals all = new Refusals();
        all.document();
        all.connections();
        all.otherWarehouse();
        all.words();
        all.numbers();
        all.tables();
        all.strategies();
        all.laterWork();
        FeedRefusals.add(all.refusals);
        return all.refusals;
    }

    private void both(String name, String yaml, String... messages) {
        refusals.add(new Refusal(name, yaml, true, List.of(messages)));
    }

    private void readerOnly(String name, String yaml, String... messages) {
        refusals.add(new Refusal(name, yaml, false, List.of(messages)));
    }

    private void document() {
        both("no version", with("version", ""), "1:1: version: found nothing; expected 1");
        both("another version", with("version", "version: 2"), "1:10: version: found the number `2`; expected 1");
        both("a version in quotes", with("version", "version: \"1\""), "1:10: version: found `1`; expected 1");
        both("no source", with("source", ""), "1:1: source: found nothing; expected a mapping: where to read from");
        both(
                "a list at the top",
                "- version: 1",
                "1:1: found a list; expected a mapping (version, source, lake, warehouse, groups, defaults, tables, drops)");
        both("a misspelt key", and("defualts: {}"), "10:1: defualts: unknown key; did you mean `defaults`?");
        both("a key unlike any other", and("xyzzy: 1"), "10:1: xyzzy: unknown key; expected " + TOP);
        both(
                "a dash for an underscore",
                table("{strategy: wholesale, max-rows: 5}"),
                "9:35: tables.public.a.max-rows: unknown key; did you mean `max_rows`?");
        readerOnly(
                "a key twice",
                table("{strategy: wholesale, strategy: wholesale}"),
                "9:35: tables.public.a.strategy: found the key twice; the first is on line 9");
        both(
                "a key that is a number",
                table("{1: x, strategy: wholesale}"),
                "9:14: tables.public.a: found a key that is no text; expected a text, in quotes if need be");
        both(
                "a merge key",
                with(
                        "tables",
                        "tables:\n  public.a: &a {strategy: wholesale}\n  public.b: {<<: *a, strategy: wholesale}"),
                "10:14: tables.public.b.<<: merge keys are not read; put what tables share under `defaults`");
        both(
                "a tag",
                table("{strategy: !word wholesale}").replace("!word wholesale", "!!set {wholesale}"),
                "9:24: tables.public.a.strategy: found a YAML tag; expected wholesale, sliced or time-sliced");
    }

    private void connections() {
        both(
                "no password",
                source("{url: \"jdbc:postgresql://db/retail\", user: u}"),
                "2:1: source.password: found nothing; expected a reference such as `${env:SLUICE_SOURCE_PASSWORD}`");
        both(
                "a password in the file",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: s3cr3t}"),
                "2:60: source.password: found a value written into the file; expected " + SECRET);
        both(
                "a password that is a number",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: 12345}"),
                "2:60: source.password: found a value written into the file; expected " + SECRET);
        both(
                "a password in part",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: \"${env:PASSWORD}s3cr3t\"}"),
                "2:60: source.password: found a value written into the file; expected " + SECRET);
        both(
                "a password left blank",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: }"),
                "2:59: source.password: found nothing; expected " + SECRET);
        readerOnly(
                "an empty secret",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: \"${env:EMPTY}\"}"),
                "2:60: source.password: found an empty environment variable; expected the secret in it");
        readerOnly(
                "an unset secret",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: \"${env:NONE}\"}"),
                "2:60: source.password: found `${env:NONE}`; expected an environment variable NONE, and there is none");
        readerOnly(
                "a kept secret where nothing keeps secrets",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: \"${secret:a#b}\"}"),
                "2:60: source.password: `${secret:…}` is read from AWS Secrets Manager by the functions; where Sluice runs in one process, use `${env:NAME}`");
        both(
                "a kept secret without a name",
                source("{url: \"jdbc:postgresql://db/r\", user: u, password: \"${secret:#b}\"}"),
                "2:60: source.password: found a reference that is not understood; expected `${secret:NAME#key}` or `${secret:NAME}`, with the name or ARN of a secret");
        both(
                "a source that is a text",
                source("jdbc:postgresql://u:s3cr3t@db/r"),
                "2:9: source: found a text; expected a mapping (url, user, password, max_connections)");
        String tail = ", user: u, password: \"${env:PASSWORD}\"}";
        both(
                "another protocol",
                source("{url: \"postgresql://u:s3cr3t@db/r\"" + tail),
                "2:15: source.url: found an address that does not begin with jdbc:postgresql://; expected " + URL);
        both(
                "a user in the address",
                source("{url: \"jdbc:postgresql://u:s3cr3t@db/r\"" + tail),
                "2:15: source.url: found a user in the address; expected " + URL);
        both(
                "a password in the query",
                source("{url: \"jdbc:postgresql://db/r?ssl=true&password=s3cr3t\"" + tail),
                "2:15: source.url: found `password` in the address; expected " + URL);
        both(
                "a key's password in the query",
                source("{url: \"jdbc:postgresql://db/r?sslpassword=s3cr3t\"" + tail),
                "2:15: source.url: found `sslpassword` in the address; expected " + URL);
        readerOnly(
                "a reference that does not end",
                source("{url: \"jdbc:postgresql://db/r\", user: \"${env:PASSWORD\", password: \"${env:PASSWORD}\"}"),
                "2:47: source.user: found a reference that is not understood; expected `${env:NAME}` (a plain `${` is written `$${`)");
        readerOnly(
                "two unset variables in one text",
                source(
                        "{url: \"jdbc:postgresql://db/r\", user: \"${env:NO1}${env:NO2}\", password: \"${env:PASSWORD}\"}"),
                "2:47: source.user: found `${env:NO1}`; expected an environment variable NO1, and there is none",
                "2:47: source.user: found `${env:NO2}`; expected an environment variable NO2, and there is none");
        readerOnly(
                "a text that becomes blank",
                source("{url: \"jdbc:postgresql://db/r\", user: \"${env:EMPTY}\", password: \"${env:PASSWORD}\"}"),
                "2:47: source.user: found an empty text; expected the role that reads");
        both(
                "a directory without a path",
                with("lake", "lake: {url: \"file:\"}"),
                "6:13: lake.url: found file: without a path; expected file:PATH or s3://bucket/prefix");
        both(
                "a region with blanks",
                with("lake", "lake: {url: \"s3://lake\", region: Canada Central}"),
                "6:34: lake.region: found `Canada Central`; expected a region such as ca-central-1");
        readerOnly(
                "a password in disguise",
                source("{url: \"jdbc:postgresql://db/r?PASS%57ORD=s3cr3t\"" + tail),
                "2:15: source.url: found `password` in the address; expected " + URL);
        both(
                "no database",
                source("{url: \"jdbc:postgresql://db/\"" + tail),
                "2:15: source.url: found an address without host or database; expected " + URL);
        both(
                "a user that is a number",
                source("{url: \"jdbc:postgresql://db/r\", user: 12, password: \"${env:PASSWORD}\"}"),
                "2:47: source.user: found the number `12`; expected the role that reads; in quotes it is a text");
        both(
                "a blank user",
                source("{url: \"jdbc:postgresql://db/r\", user: \" \", password: \"${env:PASSWORD}\"}"),
                "2:47: source.user: found an empty text; expected the role that reads");
        readerOnly(
                "a reference in another form",
                source("{url: \"jdbc:postgresql://db/r\", user: $" + "{USER}x, password: \"${env:PASSWORD}\"}")
                        .replace("${USER}x", "\"${USER}x\""),
                "2:47: source.user: found a reference that is not understood; expected `${env:NAME}` (a plain `${` is written `$${`)");
        String lake = "file:PATH or s3://bucket/prefix";
        both(
                "a lake elsewhere",
                with("lake", "lake: {url: \"https://key:s3cr3t@host/\"}"),
                "6:13: lake.url: found another address; expected " + lake);
        both(
                "a bucket in capitals",
                with("lake", "lake: {url: \"s3://Lake/x\"}"),
                "6:13: lake.url: found an address that does not name a bucket and a prefix; expected " + lake);
        readerOnly(
                "a prefix that climbs",
                with("lake", "lake: {url: \"s3://lake/a/../b\"}"),
                "6:13: lake.url: found a prefix with an empty segment, . or ..; expected " + lake);
        both(
                "a host in a file address",
                with("lake", "lake: {url: \"file://host/lake\"}"),
                "6:13: lake.url: found a host after file://; expected file:PATH or file:///PATH");
        readerOnly(
                "a region for a directory",
                with("lake", "lake: {url: \"file:lake\", region: ca-central-1}"),
                "6:26: lake.region: `region` belongs to a lake on s3://; this one is a directory");
        both(
                "an endpoint with a password",
                with("lake", "lake: {url: \"s3://lake\", endpoint: \"http://u:s3cr3t@h\"}"),
                "6:36: lake.endpoint: found another address; expected https://host:port or http://host:port");
        both(
                "a keep without a unit",
                with("lake", "lake: {url: \"file:lake\", keep: 30}"),
                "6:32: lake.keep: found the number `30`; expected a duration in minutes, hours or days, such as 30 days; in quotes it is a text");
        both(
                "a keep in years",
                with("lake", "lake: {url: \"file:lake\", keep: 2 years}"),
                "6:32: lake.keep: found `2 years`; expected a duration in minutes, hours or days, such as 30 days");
        readerOnly(
                "a home directory",
                with("warehouse", "warehouse: {type: duckdb, path: ~/w.duckdb}"),
                "7:33: warehouse.path: found a path that begins with ~, which nothing expands; expected a path, absolute or relative to the directory of the configuration; `${env:HOME}` helps");
        both(
                "no path",
                with("warehouse", "warehouse: {type: duckdb}"),
                "7:1: warehouse.path: found nothing; expected the path of a DuckDB file");
        both(
                "another warehouse",
                with("warehouse", "warehouse: {type: duckdbb, path: w}"),
                "7:19: warehouse.type: found `duckdbb`; expected duckdb or snowflake; did you mean `duckdb`?");
    }

    private void otherWarehouse() {
        String address = "url: \"jdbc:snowflake://a.b.com/?db=R&warehouse=W\"";
        String sound = address + ", user: SLUICE, ";
        both(
                "snowflake without anything",
                with("lake", "lake: {url: \"s3://lake\"}")
                        .replace("{type: duckdb, path: w.duckdb}", "{type: snowflake}"),
                "7:1: warehouse.url: found nothing; expected " + SNOWFLAKE_URL,
                "7:1: warehouse.user: found nothing; expected the user that loads",
                "7:1: warehouse.private_key: found nothing; expected a reference such as `${env:SLUICE_SNOWFLAKE_KEY}` to a private key");
        readerOnly(
                "snowflake with a lake on this disk",
                with("warehouse", "warehouse: {type: snowflake, " + sound + "private_key: \"${env:KEY}\"}"),
                "7:19: warehouse.type: found `snowflake` with a lake on this machine's disk, which Snowflake cannot read; expected lake.url to be s3://bucket/prefix");
        both(
                "a DuckDB file in snowflake",
                snowflake(sound + "password: \"${env:PASSWORD}\", path: w"),
                "7:124: warehouse.path: `path` belongs to type: duckdb; this warehouse is snowflake");
        both(
                "a user in a DuckDB file",
                with("warehouse", "warehouse: {type: duckdb, path: w, user: me}"),
                "7:36: warehouse.user: `user` belongs to type: snowflake; this warehouse is duckdb");
        both(
                "another address for snowflake",
                snowflake("url: \"https://a.b.com\", user: SLUICE, private_key: \"${env:KEY}\""),
                "7:35: warehouse.url: found an address that does not begin with jdbc:snowflake://; expected "
                        + SNOWFLAKE_URL);
        for (String odd : List.of(
                "//acme/?db=R&warehouse=W", "//a.b.com:abc/?db=R&warehouse=W", "//a.b.com/?db={R}&warehouse=W")) {
            readerOnly(
                    "an address that the driver does not take: " + odd,
                    snowflake("url: \"jdbc:snowflake:" + odd + "\", user: SLUICE, private_key: \"${env:KEY}\""),
                    "7:35: warehouse.url: found an address of another form; expected " + SNOWFLAKE_URL);
        }
        readerOnly(
                "an address that sends in clear",
                snowflake(
                        "url: \"jdbc:snowflake://a.b.com/?db=R&warehouse=W&ssl=off\", user: SLUICE, private_key: \"${env:KEY}\""),
                "7:35: warehouse.url: found `ssl` in the address; expected " + SNOWFLAKE_URL);
        both(
                "an address without a database",
                snowflake("url: \"jdbc:snowflake://a.b.com/?warehouse=W\", user: SLUICE, private_key: \"${env:KEY}\""),
                "7:35: warehouse.url: found an address without `db`; expected " + SNOWFLAKE_URL);
        both(
                "a password in the address of snowflake",
                snowflake(
                        "url: \"jdbc:snowflake://a.b.com/?db=R&warehouse=W&password=s3cr3t\", user: SLUICE, private_key: \"${env:KEY}\""),
                "7:35: warehouse.url: found `password` in the address; expected " + SNOWFLAKE_URL);
        both(
                "a key in the file",
                snowflake(sound + "private_key: s3cr3t"),
                "7:108: warehouse.private_key: found a value written into the file; expected " + SECRET);
        both(
                "a key and a password",
                snowflake(sound + "private_key: \"${env:KEY}\", password: \"${env:PASSWORD}\""),
                "7:122: warehouse.password: found both private_key and password; expected one of them");
        both(
                "a passphrase without a key",
                snowflake(sound + "password: \"${env:PASSWORD}\", private_key_passphrase: \"${env:PASSWORD}\""),
                "7:124: warehouse.private_key_passphrase: `private_key_passphrase` belongs to a private_key");
        readerOnly(
                "a text that is no key",
                snowflake(sound + "private_key: \"${env:PASSWORD}\""),
                "7:108: warehouse.private_key: found a text that is no such key; expected " + PEM);
        readerOnly(
                "a key in PKCS#1",
                snowflake(sound + "private_key: \"${env:OLD_KEY}\""),
                "7:108: warehouse.private_key: found a key in PKCS#1; expected " + PEM
                        + "; openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.p8 writes it");
        readerOnly(
                "an encrypted key alone",
                snowflake(sound + "private_key: \"${env:LOCKED_KEY}\""),
                "7:108: warehouse.private_key: found an encrypted key; expected private_key_passphrase with it");
        both(
                "a stage without a schema",
                snowflake(sound + "private_key: \"${env:KEY}\", stage: LAKE"),
                "7:129: warehouse.stage: found `LAKE`; expected the external stage of the lake as schema.stage");
        both(
                "what belongs into the address",
                snowflake(sound + "private_key: \"${env:KEY}\", account: a, database: b, schema: c, warehouse: d"),
                "7:122: warehouse.account: `account` belongs into the address: jdbc:snowflake://ACCOUNT.snowflakecomputing.com/",
                "7:134: warehouse.database: `database` belongs into the address: url: …/?db=RETAIL",
                "7:147: warehouse.schema: `schema` is that of each table; `target` names another one",
                "7:158: warehouse.warehouse: `warehouse` belongs into the address: url: …/?warehouse=LOADING_WH");
    }

    private void words() {
        both(
                "no such strategy",
                table("{strategy: slice, slice_by: x}"),
                "9:24: tables.public.a.strategy: found `slice`; expected wholesale, sliced or time-sliced; did you mean `sliced`?");
        both(
                "Turkish capitals",
                table("{strategy: SLİCED, slice_by: x}"),
                "9:24: tables.public.a.strategy: found `SLİCED`; expected wholesale, sliced or time-sliced; did you mean `sliced`?");
        readerOnly(
                "a word from the environment is never shown",
                table("{strategy: \"${env:ODD}\"}"),
                "9:24: tables.public.a.strategy: found the value of `${env:ODD}`; expected wholesale, sliced or time-sliced");
        readerOnly(
                "what a variable holds is not searched again",
                table("{strategy: \"${env:NESTED}\"}"),
                "9:24: tables.public.a.strategy: found the value of `${env:NESTED}`; expected wholesale, sliced or time-sliced");
        both(
                "a boolean for a word",
                table("{strategy: wholesale, detect: true}"),
                "9:43: tables.public.a.detect: found the boolean `true`; expected cardinality or fingerprint; in quotes it is a text");
        both(
                "a list for a word",
                table("{strategy: [wholesale]}"),
                "9:24: tables.public.a.strategy: found a list; expected wholesale, sliced or time-sliced");
        both(
                "nothing for a word",
                table("{strategy: }"),
                "9:23: tables.public.a.strategy: found nothing; expected wholesale, sliced or time-sliced");
        both(
                "yes is no boolean",
                table("{strategy: wholesale, skip_unchanged: yes}"),
                "9:51: tables.public.a.skip_unchanged: found `yes`; expected true or false");
        both(
                "a word is no boolean",
                table("{strategy: wholesale, untouched: maybe}"),
                "9:46: tables.public.a.untouched: found `maybe`; expected true or false");
        both(
                "a line break is not printed",
                table("{strategy: \"a\\nb\"}"),
                "9:24: tables.public.a.strategy: found `a\\u000ab`; expected wholesale, sliced or time-sliced");
        both(
                "a long text is cut",
                table("{strategy: " + "x".repeat(80) + "}"),
                "9:24: tables.public.a.strategy: found `" + "x".repeat(60)
                        + "…`; expected wholesale, sliced or time-sliced");
        readerOnly(
                "no such zone",
                table("{strategy: time-sliced, slice_by: t, timezone: America/Torontoo}"),
                "9:60: tables.public.a.timezone: found `America/Torontoo`; expected an IANA time zone such as America/Toronto; did you mean `America/Toronto`?");
        both(
                "an offset is no zone",
                table("{strategy: time-sliced, slice_by: t, timezone: +02:00}"),
                "9:60: tables.public.a.timezone: found `+02:00`; expected an IANA time zone such as America/Toronto");
    }

    private void numbers() {
        both(
                "zero rows",
                table("{strategy: wholesale, max_rows: 0}"),
                "9:45: tables.public.a.max_rows: found the number `0`; expected a whole number, 1 or more");
        both(
                "rows in a text",
                table("{strategy: wholesale, max_rows: 1_000_000}"),
                "9:45: tables.public.a.max_rows: found `1_000_000`; expected a whole number, 1 or more");
        both(
                "half a row",
                table("{strategy: wholesale, max_rows: 1.5}"),
                "9:45: tables.public.a.max_rows: found the number `1.5`; expected a whole number, 1 or more");
        readerOnly(
                "more rows than a number holds",
                table("{strategy: wholesale, max_rows: 9223372036854775808}"),
                "9:45: tables.public.a.max_rows: found the number `9223372036854775808`; expected a whole number, 1 or more");
        both(
                "no connections",
                with(
                        "source",
                        Documents.plain().lines().skip(1).limit(4).collect(java.util.stream.Collectors.joining("\n"))
                                + "\n  max_connections: 0"),
                "6:20: source.max_connections: found the number `0`; expected a whole number from 1 to 1000");
        both(
                "a share above one",
                table("{strategy: wholesale, max_shrink: 50}"),
                "9:47: tables.public.a.max_shrink: found the number `50`; expected a number from 0 to 1");
        both(
                "a share in per cent",
                table("{strategy: wholesale, max_shrink: 50%}"),
                "9:47: tables.public.a.max_shrink: found `50%`; expected a number from 0 to 1");
        both(
                "sexagesimals are texts",
                table("{strategy: time-sliced, slice_by: t, budget: {minutes: 1:30}}"),
                "9:68: tables.public.a.budget.minutes: found `1:30`; expected a whole number from 1 to 525600");
        both(
                "an unknown unit",
                table("{strategy: wholesale, chunk_bytes: 1 gb}"),
                "9:48: tables.public.a.chunk_bytes: found `1 gb`; expected " + BYTES);
        both(
                "no bytes",
                table("{strategy: wholesale, chunk_bytes: 0}"),
                "9:48: tables.public.a.chunk_bytes: found the number `0`; expected a whole number, 1 or more");
        both(
                "a budget without a limit",
                table("{strategy: time-sliced, slice_by: t, budget: {}}"),
                "9:50: tables.public.a.budget: found no limit; expected minutes, bytes or both");
        both(
                "a budget that is a number",
                table("{strategy: time-sliced, slice_by: t, budget: 20}"),
                "9:58: tables.public.a.budget: found a number or boolean; expected a mapping (minutes, bytes)");
        both(
                "an unknown key inside",
                table("{strategy: time-sliced, slice_by: t, recheck: {recnt: 7}}"),
                "9:60: tables.public.a.recheck.recnt: unknown key; did you mean `recent`?");
        both(
                "no audit at all",
                table("{strategy: time-sliced, slice_by: t, recheck: {audit_days: 0}}"),
                "9:72: tables.public.a.recheck.audit_days: found the number `0`; expected a whole number from 1 to 3650");
    }

    private void tables() {
        both(
                "no tables",
                with("tables", "tables: {}"),
                "8:9: tables: found no table; expected at least one table, such as public.store: {strategy: wholesale}");
        both(
                "nothing under tables",
                with("tables", "tables:"),
                "8:8: tables: found nothing; expected at least one table, such as public.store: {strategy: wholesale}");
        both(
                "a table without schema",
                with("tables", "tables:\n  a: {strategy: wholesale}"),
                "9:3: tables.a: found `a`; expected schema.table, spelled as the database spells it");
        both(
                "a number for a name",
                with("tables", "tables:\n  \"1.\": {strategy: wholesale}"),
                "9:3: tables.1.: found `1.`; expected schema.table, spelled as the database spells it");
        readerOnly(
                "a reference in a name",
                with("tables", "tables:\n  \"${env:STRATEGY}.a\": {strategy: wholesale}"),
                "9:3: tables.${env:STRATEGY}.a: found a reference in a key, where none is replaced; expected schema.table, spelled as the database spells it");
        readerOnly(
                "a table twice",
                with("tables", "tables:\n  public.a: {strategy: wholesale}\n  public.a: {strategy: wholesale}"),
                "10:3: tables.public.a: found the key twice; the first is on line 9");
        readerOnly(
                "a table twice in other quotes",
                with("tables", "tables:\n  public.a: {strategy: wholesale}\n  'public.\"a\"': {strategy: wholesale}"),
                "10:3: tables.public.\"a\": names a table that line 9 names already");
        readerOnly(
                "one target for two",
                with(
                        "tables",
                        "tables:\n  public.a: {strategy: wholesale}\n  public.b: {strategy: wholesale, target: PUBLIC.A}"),
                "10:3: tables.public.b: public.a and public.b would both be written to PUBLIC.A; name another with target:");
        readerOnly(
                "names that differ in case alone",
                with("tables", "tables:\n  public.ID: {strategy: wholesale}\n  public.id: {strategy: wholesale}"),
                "10:3: tables.public.id: public.ID and public.id would both be written to public.id; name another with target:");
        readerOnly(
                "the ledger's schema",
                table("{strategy: wholesale, target: SLUICE.runs}"),
                "9:3: tables.public.a: public.a would be written to SLUICE.runs, but schema sluice belongs to the ledger; name another with target:");
        both(
                "a target with a wildcard",
                table("{strategy: wholesale, target: public.*}"),
                "9:43: tables.public.a.target: found `public.*`; expected schema.table, spelled as the database spells it");
        readerOnly(
                "a target for a wildcard",
                with("tables", "tables:\n  public.*: {strategy: wholesale, target: public.x}"),
                "9:35: tables.public.*.target: `target` belongs to one table; a wildcard stands for many");
        both(
                "columns in and out",
                table("{strategy: wholesale, columns: [a, -b]}"),
                "9:44: tables.public.a.columns: found columns to be carried and columns to be left out; expected "
                        + COLUMNS);
        both(
                "no columns",
                table("{strategy: wholesale, columns: []}"),
                "9:44: tables.public.a.columns: found an empty list; expected " + COLUMNS);
        both(
                "columns in a text",
                table("{strategy: wholesale, columns: -b}"),
                "9:44: tables.public.a.columns: found a text; expected " + COLUMNS);
        both(
                "a column twice",
                table("{strategy: wholesale, columns: [-b, -b]}"),
                "9:49: tables.public.a.columns[1]: found the column twice");
        both(
                "a minus alone",
                table("{strategy: wholesale, columns: [\"-\"]}"),
                "9:45: tables.public.a.columns[0]: found `-` without a name; expected -name");
        both(
                "a number for a column",
                table("{strategy: wholesale, columns: [-1]}"),
                "9:45: tables.public.a.columns[0]: found the number `-1`; expected a column's name, or -name; in quotes it is a text");
        String policy = "text, or numeric(p,s) with 1 ≤ p ≤ 38 and 0 ≤ s ≤ p";
        both(
                "another type",
                table("{strategy: wholesale, types: {x: varchar}}"),
                "9:46: tables.public.a.types.x: found `varchar`; expected " + policy);
        both(
                "too many digits",
                table("{strategy: wholesale, types: {x: \"numeric(39,0)\"}}"),
                "9:46: tables.public.a.types.x: found `numeric(39,0)`; expected " + policy);
        readerOnly(
                "more digits behind the point than in all",
                table("{strategy: wholesale, types: {x: \"numeric(5,6)\"}}"),
                "9:46: tables.public.a.types.x: found `numeric(5,6)`; expected " + policy);
    }

    private void strategies() {
        readerOnly(
                "no strategy",
                table("{}"),
                "9:3: tables.public.a.strategy: found nothing; expected wholesale, sliced or time-sliced");
        both(
                "wholesale by slices",
                table("{strategy: wholesale, slice_by: x, grain: day, timezone: UTC, budget: {minutes: 1}}"),
                "9:35: tables.public.a.slice_by: `slice_by` belongs to strategy sliced or time-sliced; this table is wholesale",
                "9:48: tables.public.a.grain: `grain` belongs to strategy time-sliced; this table is wholesale",
                "9:60: tables.public.a.timezone: `timezone` belongs to strategy time-sliced; this table is wholesale",
                "9:75: tables.public.a.budget: `budget` belongs to strategy time-sliced; this table is wholesale");
        both(
                "sliced by nothing",
                table("{strategy: sliced}"),
                "9:3: tables.public.a.slice_by: found nothing; expected a column or an SQL expression, because the table is sliced");
        both(
                "time-sliced by nothing",
                table("{strategy: time-sliced}"),
                "9:3: tables.public.a.slice_by: found nothing; expected " + TIME_COLUMN
                        + ", because the table is time-sliced");
        readerOnly(
                "time-sliced by an expression",
                table("{strategy: time-sliced, slice_by: date(t)}"),
                "9:47: tables.public.a.slice_by: found the expression `date(t)`; expected " + TIME_COLUMN);
        both(
                "sliced with limits of others",
                table(
                        "{strategy: sliced, slice_by: x, max_rows: 5, skip_unchanged: true, recheck: {recent: 1, audit_days: 1}}"),
                "9:45: tables.public.a.max_rows: `max_rows` belongs to strategy wholesale; this table is sliced",
                "9:58: tables.public.a.skip_unchanged: `skip_unchanged` belongs to strategy wholesale; this table is sliced",
                "9:90: tables.public.a.recheck.recent: `recent` belongs to strategy time-sliced; this table is sliced",
                "9:101: tables.public.a.recheck.audit_days: `audit_days` belongs to strategy time-sliced; this table is sliced");
        readerOnly(
                "the environment's strategy counts",
                table("{strategy: \"${env:STRATEGY}\", slice_by: x, grain: day}"),
                "9:56: tables.public.a.grain: `grain` belongs to strategy time-sliced; this table is sliced");
        both(
                "a table's own key among the defaults",
                and("defaults: {slice_by: x}"),
                "10:12: defaults.slice_by: `slice_by` belongs to a table (or a wildcard), not to defaults");
        both(
                "a default budget without a limit",
                and("defaults: {budget: {}}"),
                "10:12: defaults.budget: found no limit; expected minutes, bytes or both");
        both(
                "a mistake in the defaults is told once",
                and("defaults: {detect: x, recheck: {warehouse: weekly}}"),
                "10:20: defaults.detect: found `x`; expected cardinality or fingerprint",
                "10:44: defaults.recheck.warehouse: found `weekly`; expected always, daily or never");
        both(
                "mistakes of a skipped table",
                table("{skip: true, detect: x}"),
                "9:34: tables.public.a.detect: found `x`; expected cardinality or fingerprint");
    }

    private void laterWork() {
        both(
                "mask",
                table("{strategy: wholesale, mask: {email: hash}}"),
                "9:35: tables.public.a.mask: `mask` is not available in this version");
        both(
                "freshness in other words",
                and("defaults: {fresh_within: soon, fresh_enough: x}"),
                "10:26: defaults.fresh_within: found `soon`; expected a duration in minutes, hours or days, such as 30 days",
                "10:32: defaults.fresh_enough: `fresh_enough` is not available in this version");
        readerOnly(
                "a group that is not there",
                and("groups: {hourly: {schedule: rate(1 hour)}}\ndefaults: {group: hurly}"),
                "11:19: defaults.group: found `hurly`; expected hourly; did you mean `hourly`?");
        readerOnly(
                "a group where there are none",
                and("defaults: {group: hourly}"),
                "10:19: defaults.group: found `hourly`; expected a group, and the file has none under `groups`");
        both(
                "groups that are none",
                and(
                        "groups: {every hour: {schedule: rate(1 hour)}, b: {}, c: {schedule: hourly, timezone: 5}, d: {schedule: rate(1 day), when: x}}"),
                "10:10: groups.every hour: found `every hour`; expected a name of 1 to 64 letters, digits, -, _ and .",
                "10:48: groups.b.schedule: found nothing; expected rate(1 hour) or cron(0 6 * * ? *)",
                "10:69: groups.c.schedule: found `hourly`; expected rate(1 hour) or cron(0 6 * * ? *)",
                "10:87: groups.c.timezone: found the number `5`; expected an IANA time zone such as America/Toronto; in quotes it is a text",
                "10:118: groups.d.when: unknown key; expected schedule or timezone");
        both(
                "audit",
                table("{strategy: wholesale, detect: audit}"),
                "9:43: tables.public.a.detect: `audit` is not available in this version; expected cardinality or fingerprint");
        both(
                "untouched",
                table("{strategy: wholesale, detect: untouched}"),
                "9:43: tables.public.a.detect: `untouched` is not available in this version; expected cardinality or fingerprint");
        both(
                "a managed secret elsewhere",
                with("lake", "lake: {url: \"${secret:x}\"}"),
                "6:13: lake.url: `${secret:…}` stands only for a password or a key; use `${env:NAME}`");
    }
}
