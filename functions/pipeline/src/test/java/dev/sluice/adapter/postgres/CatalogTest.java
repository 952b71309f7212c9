package dev.sluice.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.testing.TestPostgres;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
final class CatalogTest {
    static List<Integer> majors() {
        return TestPostgres.MAJORS;
    }

    private static SourceTable describe(Shop shop, String table) {
        return shop.source().describe(List.of(TableName.parse(table))).getFirst();
    }

    private static Column column(Shop shop, String name) {
        return describe(shop, "public.t").column(name).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyTypeIsCarriedExactlyOrRefusedWithAReason(int major) {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        types.put("int2", new ColumnType.Int16());
        types.put("int4", new ColumnType.Int32());
        types.put("int8", new ColumnType.Int64());
        types.put("serial", new ColumnType.Int32());
        types.put("numeric(1,0)", new ColumnType.Decimal(1, 0));
        types.put("numeric(38,38)", new ColumnType.Decimal(38, 38));
        types.put("numeric(38)", new ColumnType.Decimal(38, 0));
        types.put("float4", new ColumnType.Float32());
        types.put("float8", new ColumnType.Float64());
        types.put("bool", new ColumnType.Bool());
        for (String text : List.of(
                "text",
                "varchar",
                "varchar(3)",
                "char(3)",
                "bpchar",
                "\"char\"",
                "name",
                "citext",
                "mood",
                "public.date")) {
            types.put(text, new ColumnType.Text());
        }
        types.put("pg_catalog.date", new ColumnType.Date());
        types.put("time", new ColumnType.Time());
        types.put("time(0)", new ColumnType.Time());
        types.put("timestamp(3)", new ColumnType.Timestamp());
        types.put("timestamptz", new ColumnType.TimestampTz());
        types.put("uuid", new ColumnType.Uuid());
        types.put("bytea", new ColumnType.Bytes());
        types.put("json", new ColumnType.Json());
        types.put("jsonb", new ColumnType.Json());
        types.put("int4[]", new ColumnType.ArrayAsJson(new ColumnType.Int32()));
        types.put("numeric(10,2)[]", new ColumnType.ArrayAsJson(new ColumnType.Decimal(10, 2)));
        types.put("mood[][]", new ColumnType.ArrayAsJson(new ColumnType.Text()));
        types.put("price", new ColumnType.Decimal(12, 2));
        types.put("low_price", new ColumnType.Decimal(12, 2));
        types.put("prices", new ColumnType.ArrayAsJson(new ColumnType.Decimal(12, 2)));
        if (major >= 11) {
            types.put("low_price[]", new ColumnType.ArrayAsJson(new ColumnType.Decimal(12, 2)));
        }
        List<String> refused = List.of(
                "numeric",
                "numeric(39,0)",
                "numeric[]",
                "interval",
                "timetz",
                "money",
                "xml",
                "inet",
                "cidr",
                "macaddr",
                "point",
                "box",
                "hstore",
                "int4range",
                "pair",
                "pair[]",
                "bit(3)",
                "varbit",
                "oid",
                "tsvector",
                "regclass",
                "interval[]",
                "pg_lsn",
                "int2vector",
                "txid_snapshot");
        Shop shop = new Shop(major)
                .run(
                        "CREATE EXTENSION citext",
                        "CREATE EXTENSION hstore",
                        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                        "CREATE TYPE public.date AS ENUM ('sad', 'ok')",
                        "CREATE TYPE pair AS (a int, b text)",
                        "CREATE DOMAIN price AS numeric(12,2)",
                        "CREATE DOMAIN low_price AS price CHECK (VALUE < 10)",
                        "CREATE DOMAIN prices AS numeric(12,2)[]");
        types.forEach((type, carried) -> {
            shop.run("DROP TABLE IF EXISTS t", "CREATE TABLE t (c " + type + ")");
            assertThat(column(shop, "c").type()).as(type).isEqualTo(carried);
        });
        for (String type : refused) {
            shop.run("DROP TABLE IF EXISTS t", "CREATE TABLE t (c " + type + ")");
            assertThat(column(shop, "c").type()).as(type).isInstanceOf(ColumnType.Unsupported.class);
            assertThatThrownBy(() -> shop.open("public.t"))
                    .as(type)
                    .isInstanceOf(UnsupportedValue.class)
                    .hasMessageContaining("types: {name: text}");
        }
        if (major >= 15) {
            for (String type : List.of("numeric(3,-2)", "numeric(3,5)")) {
                shop.run("DROP TABLE IF EXISTS t", "CREATE TABLE t (c " + type + ")");
                assertThat(column(shop, "c").type()).as(type).isInstanceOf(ColumnType.Unsupported.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void columnsKeepPositionNameAndWhatTheyAreMadeFrom(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE EXTENSION citext",
                        "CREATE TABLE t (gone int, \"Ünïque \"\"name\"\"\" varchar(10) NOT NULL, c char(3), ci citext, a int[])",
                        "ALTER TABLE t DROP COLUMN gone");
        List<Column> columns = describe(shop, "public.t").columns();
        assertThat(columns)
                .extracting(
                        Column::position,
                        Column::name,
                        Column::sourceType,
                        Column::baseType,
                        Column::notNull,
                        Column::bytewise)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                2, "Ünïque \"name\"", "character varying(10)", "varchar", true, true),
                        org.assertj.core.groups.Tuple.tuple(3, "c", "character(3)", "bpchar", false, false),
                        org.assertj.core.groups.Tuple.tuple(4, "ci", "public.citext", "citext", false, false),
                        org.assertj.core.groups.Tuple.tuple(5, "a", "integer[]", "_int4", false, true));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theIdentityOfAColumnMovesWithAllThatDecidesItsValuesAndSurvivesARestore(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                        "CREATE DOMAIN price AS numeric(12,2)",
                        "CREATE TABLE t (m mood, ms mood[], p price, v varchar(10), x text)");
        String before = identities(shop);
        shop.run(
                "DROP TABLE t",
                "DROP TYPE mood",
                "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE t (m mood, ms mood[], p price, v varchar(10), x text)");
        assertThat(identities(shop)).isEqualTo(before);
        String last = before;
        for (String change : List.of(
                "ALTER TYPE mood ADD VALUE 'glad' BEFORE 'ok'",
                "ALTER TABLE t ALTER v TYPE varchar(11)",
                "ALTER TABLE t ALTER x TYPE text COLLATE \"C\"",
                "ALTER TABLE t RENAME x TO y",
                "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
                "ALTER TABLE t ALTER p TYPE numeric(12,3)")) {
            shop.run(change);
            String now = identities(shop);
            assertThat(now).as(change).isNotEqualTo(last);
            last = now;
        }
    }

    private static String identities(Shop shop) {
        return describe(shop, "public.t").columns().stream()
                .map(Column::identity)
                .toList()
                .toString();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void tablesListsWhatCanBeReadSortedAndWithoutPartitionsViewsAndSystemTables(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE SCHEMA \"Other\"",
                        "CREATE TABLE \"Other\".z (a int)",
                        "CREATE TABLE b (a int)",
                        "CREATE TABLE part (a int) PARTITION BY LIST (a)",
                        "CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1)",
                        "CREATE VIEW v AS SELECT 1 AS a",
                        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
                        "CREATE SCHEMA \"dot.ted\"",
                        "CREATE TABLE \"dot.ted\".x (a int)",
                        "CREATE TABLE \"with.dot\" (a int)",
                        "CREATE UNLOGGED TABLE u (a int)");
        assertThat(shop.source().tables())
                .extracting(TableName::toString)
                .containsExactly("Other.z", "public.b", "public.m", "public.part", "public.u", "public.with.dot");
        assertThat(shop.source().describe(List.of(TableName.parse("public.v"), TableName.parse("public.none"))))
                .extracting(t -> t.name().toString())
                .containsExactly("public.v");
        assertThat(shop.source().describe(List.of())).isEmpty();
        assertThatThrownBy(() -> shop.open("public.none"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("public.none");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void sizesAndRowsAreSummedOverPartitionsAndChildren(int major) {
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (a int, b text) PARTITION BY LIST (a)",
                        "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1)",
                        "CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2)",
                        "INSERT INTO t SELECT 1 + g % 2, 'x' FROM generate_series(1, 10000) g",
                        "CREATE TABLE p (a int)",
                        "CREATE TABLE c () INHERITS (p)",
                        "INSERT INTO c SELECT g FROM generate_series(1, 1000) g");
        assertThat(describe(shop, "public.t").estimatedRows()).isEqualTo(-1);
        assertThat(describe(shop, "public.t").bytes()).isGreaterThan(300_000);
        shop.run("ANALYZE t", "ANALYZE t_1", "ANALYZE t_2", "ANALYZE p", "ANALYZE c");
        assertThat(describe(shop, "public.t").estimatedRows()).isBetween(9_000.0, 11_000.0);
        assertThat(describe(shop, "public.t").partitioned()).isTrue();
        assertThat(describe(shop, "public.p").estimatedRows()).isBetween(900.0, 1_300.0);
        assertThat(describe(shop, "public.p").partitioned()).isTrue();
        assertThat(describe(shop, "public.t_1").partitioned()).isFalse();
        assertThat(describe(shop, "public.t_1").estimatedRows()).isBetween(4_500.0, 5_500.0);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void notNullCountsOnlyWhereEveryRowObeysIt(int major) {
        Shop shop = new Shop(major).run("CREATE TABLE t (a int NOT NULL, b int PRIMARY KEY, c int)");
        assertThat(describe(shop, "public.t").columns())
                .extracting(Column::notNull)
                .containsExactly(true, true, false);
        if (major < 18) {
            shop.run("CREATE TABLE child () INHERITS (t)", "ALTER TABLE child ALTER a DROP NOT NULL");
            assertThat(column(shop, "a").notNull()).isFalse();
        } else {
            shop.run("CREATE TABLE u (a int)", "ALTER TABLE u ADD CONSTRAINT n NOT NULL a NOT VALID");
            assertThat(describe(shop, "public.u").columns().getFirst().notNull())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void generatedColumnsAreCarried(int major) {
        if (major < 12) {
            return;
        }
        String virtual = major >= 18 ? ", c int GENERATED ALWAYS AS (a + 1)" : "";
        Shop shop = new Shop(major)
                .run(
                        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED" + virtual + ")",
                        "INSERT INTO t (a) VALUES (3)");
        assertThat(shop.rows("public.t")).containsExactly(major >= 18 ? Shop.csv("3", "6", "4") : Shop.csv("3", "6"));
    }
}
