package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Grain;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `sluice init` as its user sees it: what it writes is what `plan` and `sync` take.
class InitTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    private Path file() {
        return directory.resolve("sluice.yaml");
    }

    private Cli.Outcome init(Bed bed, String... arguments) {
        return initAs("postgres", bed, arguments);
    }

    private Cli.Outcome initAs(String user, Bed bed, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("init", "--source", bed.source().jdbcUrl(), "--user", user, "--password-env", "PATH", "-c"));
        all.add(file().toString());
        all.addAll(List.of(arguments));
        return Cli.bare(all.toArray(String[]::new));
    }

    /// The tables of the file, by name.
    private Map<String, TableSync> written() {
        SluiceConfig config = SluiceConfig.load(file(), System::getenv);
        List<TableName> names = config.tables().stream()
                .map(entry -> entry.pattern().exact().orElseThrow())
                .toList();
        Map<String, TableSync> tables = new TreeMap<>();
        config.tables(names).forEach(sync -> tables.put(sync.source().toString(), sync));
        return tables;
    }

    private static TableSync of(Map<String, TableSync> tables, String name) {
        return Objects.requireNonNull(tables.get(name), name);
    }

    /// Makes the planner believe in a size that would take too long to fill.
    private static String pretend(String table, long rows) {
        return "UPDATE pg_class SET reltuples = %d WHERE oid = '%s'::regclass".formatted(rows, table);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyShapeOfTableGetsAStrategyThatPlanAndSyncTake(int major) throws IOException {
        Bed bed = Bed.of(major, directory)
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.store (id int PRIMARY KEY, name text)",
                        "INSERT INTO shop.store SELECT n, 'S' || n FROM generate_series(0, 49) n",
                        "CREATE TABLE shop.sales (id bigint PRIMARY KEY, store_id int NOT NULL REFERENCES shop.store,"
                                + " amount numeric(9,2), updated_at timestamptz NOT NULL)",
                        "INSERT INTO shop.sales SELECT n, n * 7 % 50, n, now() FROM generate_series(1, 5000) n",
                        "CREATE INDEX ON shop.sales (store_id)",
                        "CREATE TABLE shop.transactions (id bigint PRIMARY KEY, sold_at timestamptz NOT NULL, kind text)",
                        "INSERT INTO shop.transactions SELECT n, timestamptz '2024-01-01' + n * interval '20 minutes', 'k'"
                                + " FROM generate_series(1, 4000) n",
                        "CREATE TABLE shop.keyed (id int PRIMARY KEY, u uuid)",
                        "INSERT INTO shop.keyed SELECT n * 666, md5(n::text)::uuid FROM generate_series(1, 3000) n",
                        "CREATE TABLE shop.parts (id int, day date NOT NULL) PARTITION BY RANGE (day)",
                        "CREATE TABLE shop.parts_1 PARTITION OF shop.parts FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
                        "CREATE TABLE shop.parts_2 PARTITION OF shop.parts FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
                        "INSERT INTO shop.parts SELECT n, date '2024-01-01' + n % 60 FROM generate_series(1, 3000) n",
                        "CREATE TABLE shop.formless (u uuid, v text)",
                        "INSERT INTO shop.formless SELECT md5(n::text)::uuid, n FROM generate_series(1, 2000) n",
                        "CREATE TABLE shop.odd (id int, took interval, much numeric, at timetz[])",
                        "INSERT INTO shop.odd VALUES (1, '1 day', 1e50, '{10:00+02}')",
                        "CREATE TABLE shop.empty (id int)",
                        "CREATE MATERIALIZED VIEW shop.summary AS SELECT store_id, sum(amount)::numeric(12,2) AS total"
                                + " FROM shop.sales GROUP BY 1",
                        "CREATE VIEW shop.no_table AS SELECT 1 AS one",
                        "ANALYZE",
                        pretend("shop.sales", 30_000_000),
                        pretend("shop.transactions", 40_000_000),
                        pretend("shop.keyed", 25_000_000),
                        pretend("shop.parts_1", 8_000_000),
                        pretend("shop.parts_2", 8_000_000),
                        pretend("shop.formless", 25_000_000));

        init(bed)
                .exits(0)
                .says("Wrote " + file(), "4 wholesale, 2 sliced, 2 time-sliced; 1 left out", "shop.formless: ")
                .says("export PATH=…", "sluice doctor -c " + file(), "sluice plan -c ", "sluice sync -c ");

        String text = Files.readString(file());
        assertThat(text).contains("password: ${env:PATH}").doesNotContain(Cli.password());
        assertThat(text.lines().filter(l -> l.length() > 125)).isEmpty();
        assertThat(text)
                .contains(
                        "# about 30 M rows",
                        "  # → decide on slice_by:",
                        "      # interval: months",
                        "      took: text\n");
        Map<String, TableSync> tables = written();
        assertThat(tables.keySet())
                .containsExactly(
                        "shop.empty",
                        "shop.keyed",
                        "shop.odd",
                        "shop.parts",
                        "shop.sales",
                        "shop.store",
                        "shop.summary",
                        "shop.transactions");
        Map<String, SliceBy> cuts = new TreeMap<>();
        tables.forEach((name, sync) -> cuts.put(name, sync.sliceBy()));
        assertThat(cuts)
                .containsEntry("shop.sales", new SliceBy.Value("store_id"))
                .containsEntry("shop.keyed", new SliceBy.Expression("id / 100000"))
                .containsEntry("shop.parts", new SliceBy.Time("day", Grain.DAY, "UTC"))
                .containsEntry("shop.transactions", new SliceBy.Time("sold_at", Grain.DAY, "UTC"))
                .containsEntry("shop.store", new SliceBy.Whole());

        Cli.bare("plan", "-c", file().toString()).exits(Sluice.DIFFERENCES);
        Cli.bare("sync", "-c", file().toString()).exits(0);
        Cli.bare("plan", "-c", file().toString()).exits(0);
    }

    @Test
    void namesAreAnyText() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE SCHEMA \"My \"\"Schema\"\"\"",
                        "CREATE SCHEMA sluice",
                        "CREATE TABLE \"My \"\"Schema\"\"\".\"Sales * Of: {all}, #1\" (\"select\" int PRIMARY KEY)",
                        "CREATE TABLE public.\"select\" (\"from\" int, \"Postal Code\" text)",
                        "CREATE TABLE public.\"Select\" (\"Id\" int, \"iD\" int, \"_sluice_slice\" text)",
                        "CREATE TABLE public.\"${env:PATH}\" (id int)",
                        "CREATE TABLE public.\"a.b.c\" (id int, \"took: it's \"\"#\"\" ${env:PATH}\" interval, \"null\" interval)",
                        "CREATE TABLE public.\"line\nbreak\t\u2028\" (\"x\ny\" interval, id int)",
                        "CREATE TABLE public.\"таблица🧀\" (\"größe\" money, \" \" int, \"-\" int)",
                        "CREATE TABLE sluice.own (id int)",
                        "CREATE TABLE public.big (\"Postal \"\"Code\"\" ${x}\" text NOT NULL, \"SoldAt\" timestamptz)",
                        "INSERT INTO big SELECT 'P' || n % 40, NULL FROM generate_series(1, 4000) n",
                        "CREATE TABLE public.big2 (\"order\" int PRIMARY KEY, \"Created At\" timestamp)",
                        "INSERT INTO big2 SELECT n, NULL FROM generate_series(1, 4000) n",
                        "ANALYZE",
                        pretend("big", 20_000_000),
                        pretend("big2", 20_000_000));

        init(bed).exits(0).says("; 1 left out", "a name with ${ in it");

        Map<String, TableSync> tables = written();
        assertThat(tables).hasSize(9);
        assertThat(of(tables, "public.big").sliceBy()).isEqualTo(new SliceBy.Value("Postal \"Code\" ${x}"));
        assertThat(of(tables, "public.big2").sliceBy()).isEqualTo(new SliceBy.Expression("\"order\" / 100000"));
        assertThat(of(tables, "sluice.own").target()).hasToString("sluice_source.own");
        assertThat(of(tables, "public.select").target()).hasToString("public.select_2");
        assertThat(of(tables, "public.Select").exclude()).containsExactly("iD", "_sluice_slice");
        assertThat(of(tables, "public.a.b.c").types().keySet())
                .containsExactlyInAnyOrder("took: it's \"#\" ${env:PATH}", "null");
        Cli.bare("plan", "-c", file().toString()).exits(Sluice.DIFFERENCES);
        Cli.bare("sync", "-c", file().toString()).exits(0);
    }

    @Test
    void whatTheRoleMayNotReadIsAComment() throws IOException {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory);
        String role = "r_" + bed.source().name();
        bed.execute(
                "DROP ROLE IF EXISTS " + role,
                "CREATE ROLE " + role + " LOGIN",
                "CREATE TABLE open (id int)",
                "CREATE TABLE secret (id int)",
                "CREATE TABLE hidden (id int)",
                "CREATE SCHEMA closed",
                "CREATE TABLE closed.t (id int)",
                "GRANT SELECT ON open, hidden TO " + role,
                "GRANT SELECT ON closed.t TO " + role,
                "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY");

        initAs(role, bed).exits(0).says("1 wholesale; 3 left out", "GRANT SELECT ON \"public\".\"secret\"");

        assertThat(written().keySet()).containsExactly("public.open");
        assertThat(Files.readString(file()))
                .contains("  # closed.t: { strategy: wholesale }")
                .contains("GRANT USAGE ON SCHEMA \"closed\" TO \"" + role + "\"")
                .contains("ALTER ROLE \"" + role + "\" BYPASSRLS");
        Cli.bare("plan", "-c", file().toString()).exits(Sluice.DIFFERENCES);

        bed.execute("REVOKE SELECT ON open FROM " + role);
        initAs(role, bed, "--force").exits(2).says("none of 4 tables can be synced", "public.open: role " + role);
    }

    @Test
    void aFileIsNeverReplacedUnasked() throws IOException {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory).execute("CREATE TABLE t (id int)", "CREATE TABLE u (id int)");
        Files.writeString(file(), "mine");
        init(bed).exits(2).says("exists", "--force");
        assertThat(Files.readString(file())).isEqualTo("mine");

        JsonNode json = init(bed, "-o", "json").exits(0).json();
        assertThat(json).hasSize(2);
        assertThat(json.get(0).path("strategy").asText()).isEqualTo("wholesale");
        Cli.Outcome look = Cli.bare(
                "init", "--source", bed.source().jdbcUrl(), "--user", "postgres", "--password-env", "PATH", "-c", "-");
        assertThat(look.exits(0).out()).startsWith("# Written by sluice init").contains("public.t:");
        assertThat(Files.readString(file())).isEqualTo("mine");

        init(bed, "--force", "--select", "public.u").exits(0);
        assertThat(written().keySet()).containsExactly("public.u");
        init(bed, "--force", "--schema", "other").exits(2).says("no table of this selection");
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactly("sluice.yaml");
        }
    }

    @Test
    void mistakesAreToldWithoutASecret() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory).execute("CREATE TABLE t (id int)");
        Cli.bare("init").exits(2).says("--source");
        Cli.bare("init", "--source", "jdbc:postgresql://h/d", "--password-env", "NO_SUCH_VARIABLE_9")
                .exits(2)
                .says("NO_SUCH_VARIABLE_9 is not set");
        Cli.bare("init", "--source", "jdbc:postgresql://h/d", "--password-env", "hunter2!")
                .exits(2)
                .says("--password-env")
                .doesNotSay("hunter2");
        for (String wrong : List.of(
                "postgres://u:hunter2@h/d",
                "jdbc:postgresql://u:hunter2@h/d",
                "jdbc:postgresql://h/d?password=hunter2")) {
            Cli.bare("init", "--source", wrong, "--password-env", "PATH", "-c", file().toString())
                    .exits(2)
                    .says("--source: expected jdbc:postgresql://host:port/database")
                    .doesNotSay("hunter2");
        }
        Cli.bare("init", "--source", bed.source().jdbcUrl(), "--warehouse", "snowflake")
                .exits(2)
                .says("snowflake");
        assertThat(file()).doesNotExist();
    }

    /// Some 110 MB of rows that nobody analysed.
    @Test
    @Tag("slow")
    void aLargeTableThatWasNeverAnalysedIsCutByWhatItsIndexesTell() throws IOException {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory)
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, created_at timestamptz NOT NULL, pad text)"
                                + " WITH (autovacuum_enabled = false)",
                        "ALTER TABLE t ALTER COLUMN pad SET STORAGE PLAIN",
                        "CREATE INDEX ON t (created_at)",
                        "INSERT INTO t SELECT n, timestamptz '2014-01-01' + n * interval '6 hours', repeat('x', 7500)"
                                + " FROM generate_series(1, 14000) n");
        init(bed).exits(0);
        assertThat(of(written(), "public.t").sliceBy()).isEqualTo(new SliceBy.Time("created_at", Grain.MONTH, "UTC"));
        assertThat(Files.readString(file())).contains("never analysed: run ANALYZE \"public\".\"t\"");
    }
}
