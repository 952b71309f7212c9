package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ColumnType;
import dev.sluice.model.Consistency;
import dev.sluice.model.Detect;
import dev.sluice.model.Feed;
import dev.sluice.model.FileFormat;
import dev.sluice.model.Grain;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.KeyPattern;
import dev.sluice.model.OnFailedSlice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.model.WarehouseRecheck;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SluiceConfigTest {
    private static final TableName A = new TableName("public", "a");

    /// Every key of the format.
    static final String FULL = """
            version: 1
            source:
              url: jdbc:postgresql://gp-coordinator:5432/retail?ssl=true
              user: sluice
              password: ${env:PASSWORD}
              max_connections: 8
            lake: {url: "s3://acme-lake/sluice/", keep: 12 hours, region: ca-central-1, endpoint: "http://localhost:9000"}
            warehouse: {type: duckdb, path: ./.sluice/warehouse.duckdb}
            groups: {nightly: {schedule: "cron(0 3 * * ? *)", timezone: America/Toronto}, hourly: {schedule: rate(1 hour)}}
            defaults:
              strategy: wholesale
              grain: month
              timezone: America/Toronto
              detect: cardinality
              consistency: slice
              on_failed_slice: hold
              max_rows: 5
              skip_unchanged: true
              max_shrink: 0.25
              recheck: {recent: 3, audit_days: 9, warehouse: daily}
              untouched: false
              budget: {minutes: 20, bytes: 20 GB}
              chunk_bytes: 512 MiB
              group: nightly
              fresh_within: 26 hours
            tables:
              public.store:
              public.sales:
                strategy: time-sliced
                slice_by: sold_at
                grain: hour
                timezone: Europe/Paris
                detect: fingerprint
                consistency: table
                on_failed_slice: publish_rest
                columns: [-card_number, "-Pin Code"]
                types: {period: text, amount: "numeric(38, 9)"}
                target: retail.sales
                max_shrink: 1
                recheck: {recent: 0}
                untouched: true
                budget: {bytes: 7}
                chunk_bytes: 65536
                group: hourly
                fresh_within: 2 hours
              public.old: {max_rows: 9, skip_unchanged: false, skip: true}
            drops:
              pos_transactions:
                match: "drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz"
                format: jsonl
                columns: {store: {part: store, type: integer}, transaction_id: bigint, sold_at: timestamptz, total: "numeric(12,2)", items: json}
                mode: upsert
                key: [transaction_id]
                order_by: sold_at
                target: retail.pos
                on_new_column: add
                bad_rows: {allow: 0.1 %, action: quarantine}
                expect_every: 15 minutes
              deliveries:
                match: "drops/deliveries/**.csv"
                format: {type: csv, delimiter: ";", quote: "'", header: false, encoding: windows-1252, null_text: "\\\\N"}
                columns: {id: bigint, day: date}
                mode: replace
                slice_by: day
                grain: month
                timezone: America/Toronto
            """;

    /// [#FULL] with the other warehouse.
    static final String SNOWFLAKE = FULL.replace("{type: duckdb, path: ./.sluice/warehouse.duckdb}", """
            {type: snowflake, url: "jdbc:snowflake://acme.snowflakecomputing.com/?warehouse=W&db=R&schema=x", user: SLUICE,
              private_key: "${env:LOCKED_KEY}", private_key_passphrase: "${env:PASSWORD}", role: LOADER, stage: ops.lake}""");

    static final String SNOWFLAKE_TRIAL = Documents.snowflake(
            "url: \"jdbc:snowflake://127.0.0.1:81/?db=R&warehouse=W\", user: U, password: \"${env:PASSWORD}\"");

    static Stream<String> accepted() {
        return Stream.of(
                FULL,
                SNOWFLAKE,
                SNOWFLAKE_TRIAL,
                Documents.plain(),
                "\uFEFF" + Documents.plain(),
                Documents.and("defaults:"),
                Documents.with("tables", Documents.DROPS),
                Documents.drop("format: {type: parquet}, columns: {a: \"decimal(5)\"}, mode: append"),
                Documents.drop("format: {type: csv, delimiter: tab, quote: none}, columns: {a: int}, mode: append"),
                Documents.drop("format: csv, columns: {a: text}, mode: upsert, key: [a], bad_rows: {allow: 0.5}"),
                Documents.and("defaults: {budget: {minutes: 5}, grain: day, max_rows: 5}"),
                Documents.table("{strategy: \"${env:STRATEGY}\", slice_by: no}"),
                Documents.table("{strategy: sliced, slice_by: on, recheck: {warehouse: never}}"),
                Documents.table("{strategy: sliced, slice_by: '\"Postal Code\"', columns: [a, b]}"),
                Documents.table("{strategy: sliced, slice_by: \"left(postal_code, 3)\"}"),
                Documents.table("{strategy: time-sliced, slice_by: sold_at}"),
                Documents.table("{strategy: time-sliced, slice_by: t, timezone: Etc/GMT+5, budget: {bytes: 1 TiB}}"),
                Documents.table("{skip: true}"),
                Documents.table("{skip: true, strategy: wholesale, slice_by: x}"),
                Documents.table("{strategy: wholesale, types: {}, max_shrink: 0}"),
                Documents.with("lake", "lake: {url: \"file:///var/lake\", keep: 1 day}"),
                Documents.with("lake", "lake: {url: \"s3://lake\", keep: 90minutes}"),
                Documents.with(
                        "tables", "tables:\n  \"*.*\": {strategy: wholesale}\n  '\"S\".\"a.\"\"b\"': {skip: true}"),
                Documents.with("tables", "tables:\n  public.a: &a {strategy: wholesale}\n  public.b: *a"));
    }

    @Test
    void aGroupIsItsTablesAndEveryTableSaysHowOldItMayBe() {
        SluiceConfig config = Documents.parse(FULL);
        assertThat(config.groups())
                .containsExactly(
                        new GroupConfig("nightly", "cron(0 3 * * ? *)", "America/Toronto"),
                        new GroupConfig("hourly", "rate(1 hour)", "UTC"));
        List<TableName> existing = List.of(name("store"), name("sales"), name("old"));
        assertThat(config.tables(existing, none -> List.of(), Optional.of("hourly")))
                .extracting(TableSync::source)
                .containsExactly(name("sales"));
        assertThat(config.tables(existing, none -> List.of(), Optional.empty())).hasSize(2);
        assertThatThrownBy(() -> config.tables(existing, none -> List.of(), Optional.of("yearly")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("group: the configuration has no group 'yearly'; it has nightly, hourly");
        assertThat(config.freshWithin(List.of(name("stranger"))))
                .containsExactly(
                        Map.entry(name("store"), Duration.ofHours(26)),
                        Map.entry(new TableName("retail", "sales"), Duration.ofHours(2)));
        SluiceConfig wild = Documents.parse(
                Documents.with("tables", "tables:\n  \"*.*\": {strategy: wholesale, fresh_within: 1 day}"));
        assertThat(wild.freshWithin(List.of(A))).containsExactly(Map.entry(A, Duration.ofDays(1)));
    }

    @Test
    void functionsAskForSecretsWhenTheyNeedThemAndPromiseConsistencyBySlice() {
        List<String> asked = new ArrayList<>();
        Secrets secrets = new Secrets() {
            @Override
            public String value(SecretName name) {
                asked.add(name.toString());
                return "of " + name;
            }

            @Override
            public boolean renew(SecretName name) {
                return name.key().isPresent();
            }
        };
        String yaml = SNOWFLAKE
                .replace("\"${env:LOCKED_KEY}\"", "\"${secret:sluice/snowflake#key}\"")
                .replace("password: ${env:PASSWORD}", "password: ${secret:arn:aws:secretsmanager:ca:1:secret:s-x}")
                .replace("  consistency: slice\n", "");
        SluiceConfig config = SluiceConfig.parse(
                yaml, "sluice.yaml", Documents.BASE, Surroundings.functions(n -> Documents.SECRET, secrets));
        assertThat(asked).isEmpty();
        Secret password = config.requiredSource().password();
        assertThat(password.reveal()).isEqualTo("of arn:aws:secretsmanager:ca:1:secret:s-x");
        assertThat(password.renew()).isFalse();
        assertThat(asked).hasSize(1);
        WarehouseConfig.Snowflake warehouse = (WarehouseConfig.Snowflake) config.warehouse();
        Secret key = ((WarehouseConfig.KeyPair) warehouse.credentials()).privateKey();
        assertThat(key.reveal()).isEqualTo("of sluice/snowflake#key");
        assertThat(key.renew()).isTrue();
        assertThat(config.toString()).doesNotContain("of sluice");
        assertThat(config.tables(List.of(name("store"), name("sales"), name("old"))))
                .extracting(TableSync::consistency)
                .containsExactly(Consistency.SLICE, Consistency.TABLE);
    }

    @Test
    void everyKeyOfSnowflakeReachesItsPlace() {
        assertThat(Documents.parse(SNOWFLAKE).warehouse())
                .isEqualTo(new WarehouseConfig.Snowflake(
                        "jdbc:snowflake://acme.snowflakecomputing.com/?warehouse=W&db=R&schema=x",
                        "SLUICE",
                        new WarehouseConfig.KeyPair(
                                new Secret(Documents.PEM.replace("PRIVATE", "ENCRYPTED PRIVATE")),
                                Optional.of(new Secret(Documents.SECRET))),
                        Optional.of("LOADER"),
                        new TableName("ops", "lake")));
        SluiceConfig trial = Documents.parse(SNOWFLAKE_TRIAL);
        assertThat(trial.warehouse())
                .isEqualTo(new WarehouseConfig.Snowflake(
                        "jdbc:snowflake://127.0.0.1:81/?db=R&warehouse=W",
                        "U",
                        new WarehouseConfig.Password(new Secret(Documents.SECRET)),
                        Optional.empty(),
                        new TableName("SLUICE", "LAKE")));
        assertThat(trial.tables(List.of(A)).getFirst().warehouseRecheck())
                .as("counting would wake the warehouse")
                .isEqualTo(WarehouseRecheck.DAILY);
    }

    @Test
    void everyKeyReachesItsPlace() {
        SluiceConfig config = Documents.parse(FULL);
        assertThat(config.requiredSource())
                .isEqualTo(new SourceConfig(
                        "jdbc:postgresql://gp-coordinator:5432/retail?ssl=true",
                        "sluice",
                        new Secret(Documents.SECRET),
                        8));
        assertThat(config.lake())
                .isEqualTo(new LakeConfig.S3(
                        "acme-lake",
                        "sluice",
                        Optional.of("ca-central-1"),
                        Optional.of(URI.create("http://localhost:9000")),
                        Duration.ofHours(12)));
        assertThat(config.warehouse())
                .isEqualTo(new WarehouseConfig.DuckDb(Documents.BASE.resolve(".sluice/warehouse.duckdb")));
        assertThat(config.tables(List.of(name("store"), name("sales"), name("old"), name("unmentioned"))))
                .containsExactly(
                        new TableSync(
                                name("store"),
                                name("store"),
                                Strategy.WHOLESALE,
                                new SliceBy.Whole(),
                                Detect.CARDINALITY,
                                Consistency.SLICE,
                                OnFailedSlice.HOLD,
                                List.of(),
                                List.of(),
                                Map.of(),
                                5,
                                true,
                                0.25,
                                7,
                                30,
                                WarehouseRecheck.DAILY,
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                512L << 20),
                        new TableSync(
                                name("sales"),
                                new TableName("retail", "sales"),
                                Strategy.TIME_SLICED,
                                new SliceBy.Time("sold_at", Grain.HOUR, "Europe/Paris"),
                                Detect.FINGERPRINT,
                                Consistency.TABLE,
                                OnFailedSlice.PUBLISH_REST,
                                List.of(),
                                List.of("card_number", "Pin Code"),
                                Map.of("period", "text", "amount", "numeric(38,9)"),
                                TableSync.DEFAULT_MAX_ROWS,
                                false,
                                1.0,
                                0,
                                9,
                                WarehouseRecheck.DAILY,
                                true,
                                Optional.of(Duration.ofMinutes(20)),
                                Optional.of(7L),
                                65536));
    }

    @Test
    void everyKeyOfAFeedReachesItsPlace() {
        assertThat(Documents.parse(FULL).drops())
                .containsExactly(
                        new Feed(
                                "pos_transactions",
                                new KeyPattern("drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz"),
                                new FileFormat.JsonLines(),
                                new TableName("retail", "pos"),
                                List.of(
                                        column("transaction_id", new ColumnType.Int64()),
                                        column("sold_at", new ColumnType.TimestampTz()),
                                        column("total", new ColumnType.Decimal(12, 2)),
                                        column("items", new ColumnType.Json()),
                                        new Feed.FeedColumn("store", new ColumnType.Int32(), Optional.of("store"))),
                                new Feed.Mode.Upsert(List.of("transaction_id"), Optional.of("sold_at")),
                                Feed.OnNewColumn.ADD,
                                new Feed.BadRows(0.001),
                                Optional.of(Duration.ofMinutes(15))),
                        new Feed(
                                "deliveries",
                                new KeyPattern("drops/deliveries/**.csv"),
                                new FileFormat.Csv(';', Optional.of('\''), false, "windows-1252", "\\N"),
                                new TableName("drops", "deliveries"),
                                List.of(column("id", new ColumnType.Int64()), column("day", new ColumnType.Date())),
                                new Feed.Mode.Replace(new SliceBy.Time("day", Grain.MONTH, "America/Toronto")),
                                Feed.OnNewColumn.REFUSE,
                                new Feed.BadRows(0),
                                Optional.empty()));
    }

    private static Feed.FeedColumn column(String name, ColumnType type) {
        return new Feed.FeedColumn(name, type, Optional.empty());
    }

    @Test
    void aConfigurationMayHaveDropsAlone() {
        SluiceConfig config = Documents.parse(Documents.with("tables", Documents.DROPS));
        assertThat(config.tables()).isEmpty();
        assertThat(config.drops()).extracting(Feed::target).containsExactly(new TableName("drops", "pos"));
        assertThat(config.targetSchemas()).containsExactly("drops");
    }

    @Test
    void aTableThatSaysNothingGetsTheDefaultsOfTheModel() {
        assertThat(only("{strategy: wholesale}"))
                .isEqualTo(new TableSync(
                        A,
                        A,
                        Strategy.WHOLESALE,
                        new SliceBy.Whole(),
                        Detect.FINGERPRINT,
                        Consistency.TABLE,
                        OnFailedSlice.HOLD,
                        List.of(),
                        List.of(),
                        Map.of(),
                        TableSync.DEFAULT_MAX_ROWS,
                        false,
                        TableSync.DEFAULT_MAX_SHRINK,
                        TableSync.DEFAULT_RECENT_GRAINS,
                        TableSync.DEFAULT_AUDIT_DAYS,
                        WarehouseRecheck.ALWAYS,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        TableSync.DEFAULT_CHUNK_BYTES));
        SluiceConfig config = Documents.parse(Documents.plain());
        assertThat(config.requiredSource().maxConnections()).isEqualTo(4);
        assertThat(config.lake()).isEqualTo(new LakeConfig.File(Documents.BASE.resolve("lake"), Duration.ofDays(30)));
    }

    @Test
    void aTimeSlicedTableIsCutByDaysInUtcAndPublishesTheRestUnlessToldOtherwise() {
        TableSync sync = only("{strategy: time-sliced, slice_by: sold_at}");
        assertThat(sync.sliceBy()).isEqualTo(new SliceBy.Time("sold_at", Grain.DAY, "UTC"));
        assertThat(sync.onFailedSlice()).isEqualTo(OnFailedSlice.PUBLISH_REST);
        assertThat(only("{strategy: sliced, slice_by: x}").onFailedSlice()).isEqualTo(OnFailedSlice.HOLD);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '~',
            value = {
                "postal_code ~ Value[column=postal_code]",
                "no ~ Value[column=no]",
                "Kod$1 ~ Value[column=Kod$1]",
                "'\"Postal Code\"' ~ Value[column=Postal Code]",
                "'\"a\"\"b\"' ~ Value[column=a\"b]",
                "'  padded  ' ~ Value[column=padded]",
                "left(postal_code, 3) ~ Expression[sql=left(postal_code, 3)]",
                "2024-01-01 ~ Expression[sql=2024-01-01]",
                "\"a || 'x$${y}'\" ~ Expression[sql=a || 'x${y}']",
                "'\"a\" || \"b\"' ~ Expression[sql=\"a\" || \"b\"]",
            })
    void aSliceIsCutByAColumnOrByAnExpression(String text, String sliceBy) {
        String yaml = Documents.with("tables", "tables:\n  public.a:\n    strategy: sliced\n    slice_by: " + text);
        assertThat(Documents.parse(yaml).tables(List.of(A)).getFirst().sliceBy())
                .hasToString(sliceBy);
    }

    @ParameterizedTest
    @CsvSource({"1 B,1", "1kB,1000", "20 GB,20000000000", "512 MiB,536870912", "999999 TiB,1099510528264372224", "7,7"})
    void aSizeHasAUnit(String text, long bytes) {
        assertThat(only("{strategy: wholesale, chunk_bytes: " + text + "}").chunkBytes())
                .isEqualTo(bytes);
    }

    @Test
    void aReferenceStandsForAVariableAnywhereInAText() {
        SluiceConfig config =
                Documents.parse(Documents.source("{url: \"jdbc:postgresql://${env:STRATEGY}/${env:STRATEGY}\","
                        + " user: \"a-${env:STRATEGY}-$${env:X}-$5${env:NESTED}\", password: \"${env:PASSWORD}\"}"));
        assertThat(config.requiredSource().url()).isEqualTo("jdbc:postgresql://sliced/sliced");
        assertThat(config.requiredSource().user()).isEqualTo("a-sliced-${env:X}-$5${env:PASSWORD}");
    }

    @Test
    void aLakeIsADirectoryOrABucketWithItsPrefix() {
        assertThat(lake("file:../lake"))
                .isEqualTo(new LakeConfig.File(Documents.BASE.resolveSibling("lake"), days(30)));
        assertThat(lake("file:/var/lake")).isEqualTo(new LakeConfig.File(Path.of("/var/lake"), days(30)));
        assertThat(lake("file:///var/lake")).isEqualTo(new LakeConfig.File(Path.of("/var/lake"), days(30)));
        assertThat(lake("s3://acme-lake")).isEqualTo(bucket(""));
        assertThat(lake("s3://acme-lake/")).isEqualTo(bucket(""));
        assertThat(lake("s3://acme-lake/a/b/")).isEqualTo(bucket("a/b"));
    }

    @ParameterizedTest
    @CsvSource({"1 minute,PT1M", "90 minutes,PT1H30M", "12hours,PT12H", "30 days,PT720H"})
    void aDurationHasAUnit(String text, Duration duration) {
        String yaml = Documents.with("lake", "lake: {url: \"file:lake\", keep: " + text + "}");
        assertThat(Documents.parse(yaml).lake().keep()).isEqualTo(duration);
    }

    @Test
    void theSecretHidesItsValueWhereverItIsPrinted() {
        SluiceConfig config = Documents.parse(Documents.plain());
        assertThat(config.toString()).contains("password=(hidden)").doesNotContain(Documents.SECRET);
        assertThat(config.requiredSource().password().reveal()).isEqualTo(Documents.SECRET);
    }

    @Test
    void pathsAreRelativeToTheDirectoryOfTheFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("sluice.yaml"), Documents.plain());
        SluiceConfig config = SluiceConfig.load(file, name -> "x");
        assertThat(config.warehouse()).isEqualTo(new WarehouseConfig.DuckDb(directory.resolve("w.duckdb")));
    }

    @Test
    void aFileThatCannotBeReadIsRefusedWithWhatToDo(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> SluiceConfig.load(missing, name -> null))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(missing + ": no such file; docs/config.md says what it holds, `-c FILE` names another");
        Path latin = Files.write(directory.resolve("latin.yaml"), "a: é".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> SluiceConfig.load(latin, name -> null))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(latin + ": not UTF-8; save it in that encoding");
        Path huge = Files.write(directory.resolve("huge.yaml"), new byte[YamlText.MAX_SIZE + 1]);
        assertThatThrownBy(() -> SluiceConfig.load(huge, name -> null))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(huge + ": larger than 1048576 bytes; expected a configuration");
        assertThatThrownBy(() -> SluiceConfig.load(directory, name -> null))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(directory + ": cannot be read as a file");
    }

    private static LakeConfig lake(String url) {
        return Documents.parse(Documents.with("lake", "lake: {url: \"" + url + "\"}"))
                .lake();
    }

    private static LakeConfig bucket(String prefix) {
        return new LakeConfig.S3("acme-lake", prefix, Optional.empty(), Optional.empty(), days(30));
    }

    private static Duration days(int days) {
        return Duration.ofDays(days);
    }

    private static TableSync only(String entry) {
        return Documents.parse(Documents.table(entry)).tables(List.of(A)).getFirst();
    }

    private static TableName name(String table) {
        return new TableName("public", table);
    }
}
