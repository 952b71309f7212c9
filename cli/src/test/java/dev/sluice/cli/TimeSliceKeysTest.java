package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.RunReport;
import dev.sluice.testing.TestPostgres;
import dev.sluice.verify.TableResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every hour, day, week, month and year of every kind of time is one slice, named as the local clock
/// says.
@Tag("slow")
class TimeSliceKeysTest {
    /// Timestamps in UTC as PostgreSQL writes them.
    private static final List<String> TIMES = List.of(
            "2024-02-29 23:59:59.999999",
            "2024-03-01 00:00:00",
            "2024-12-29 12:00:00",
            "2024-12-30 00:00:00",
            "2025-01-06 00:00:00",
            "1969-12-31 23:59:59.999999",
            "0044-03-15 11:00:00 BC",
            "0001-12-31 23:30:00 BC",
            "0001-01-01 00:30:00",
            "9999-12-31 23:30:00",
            "10000-01-01 00:00:00",
            "123456-07-08 09:10:11");
    private static final List<String> TYPES = List.of("date", "timestamp", "timestamptz");
    private static final List<String> GRAINS = List.of("hour", "day", "week", "month", "year");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /// What a slice is called, told by formatting: nothing the product does.
    private static String key(String type, String grain) {
        String local = type.equals("timestamptz") ? "(at AT TIME ZONE 'UTC')" : "at::timestamp";
        String start = "date_trunc('" + grain + "', " + local + ")";
        String pattern = switch (grain) {
            case "hour" -> "-MM-DD HH24";
            case "month" -> "-MM";
            case "year" -> "";
            default -> "-MM-DD";
        };
        String offset = grain.equals("hour") && type.equals("timestamptz") ? " || '+00:00'" : "";
        String year =
                "CASE WHEN %1$s < '0001-01-01' THEN 1 - extract(year FROM %1$s)::int - 1 ELSE extract(year FROM %1$s)::int END"
                        .formatted(start);
        String digits = "lpad((%1$s)::text, greatest(4, length((%1$s)::text)), '0')".formatted(year);
        String rest = pattern.isEmpty() ? "" : " || to_char(" + start + ", '" + pattern + "')";
        return digits + rest + offset + " || CASE WHEN " + start + " < '0001-01-01' THEN ' BC' ELSE '' END";
    }

    private static List<SlicedTable> tables(Bed bed) {
        List<SlicedTable> tables = new ArrayList<>();
        List<String> entries = new ArrayList<>();
        for (String type : TYPES) {
            for (String grain : GRAINS) {
                String table = "public." + type + "_" + grain;
                tables.add(new SlicedTable(bed, table, key(type, grain)));
                entries.add("%s: {strategy: time-sliced, slice_by: at, grain: %s}".formatted(table, grain));
            }
        }
        bed.tables(entries.toArray(String[]::new));
        return tables;
    }

    @ParameterizedTest
    @ValueSource(ints = {TestPostgres.OLDEST, TestPostgres.NEWEST})
    void everyGrainOfEveryKindOfTimeIsOneSlice(int major) {
        Bed bed = Bed.of(major, directory);
        for (String type : TYPES) {
            String zone = type.equals("timestamptz") ? "::timestamp AT TIME ZONE 'UTC'" : "::timestamp::" + type;
            for (String grain : GRAINS) {
                String table = type + "_" + grain;
                bed.execute(
                        "CREATE TABLE %s (id int PRIMARY KEY, at %s, v int NOT NULL)".formatted(table, type),
                        "INSERT INTO %s SELECT n, (t.t)%s, 0 FROM unnest(ARRAY['%s']) WITH ORDINALITY t (t, n)"
                                .formatted(table, zone, String.join("', '", TIMES)),
                        "INSERT INTO %1$s SELECT id + 100, at, 0 FROM %1$s".formatted(table),
                        "INSERT INTO %s VALUES (300, NULL, 0)".formatted(table));
            }
        }
        List<SlicedTable> tables = tables(bed);
        RunReport first = bed.sync();
        assertThat(first.status()).as("%s", first).isEqualTo("SUCCEEDED");
        tables.forEach(table -> table.assertMoved(first, table.atSource().keySet()));
        tables.forEach(table -> table.assertSegments(first));
        assertEqual(bed, tables);

        Map<SlicedTable, java.util.Set<String>> deleted = new java.util.LinkedHashMap<>();
        for (SlicedTable table : tables) {
            // one row of every second slice goes: older slices are compared by count
            TreeSet<String> slices = new TreeSet<>();
            List<String> ids = new ArrayList<>();
            int number = 0;
            for (Map.Entry<String, List<String>> slice : table.atSource().entrySet()) {
                if (number++ % 2 == 0 && slice.getValue().size() > 1) {
                    slices.add(slice.getKey());
                    ids.add(slice.getValue().getFirst());
                }
            }
            bed.execute("DELETE FROM %s WHERE id IN (%s)".formatted(table.table(), String.join(", ", ids)));
            deleted.put(table, slices);
        }
        RunReport second = bed.sync();
        assertThat(second.status()).as("%s", second).isEqualTo("SUCCEEDED");
        deleted.forEach((table, slices) -> table.assertMoved(second, slices));
        assertEqual(bed, tables);
        assertThat(bed.verifyDeep().tables())
                .allSatisfy(t -> assertThat(t.differences().orElseThrow())
                        .as("%s", t.table())
                        .isEmpty());
        bed.assertNoOrphans();
    }

    private static void assertEqual(Bed bed, List<SlicedTable> tables) {
        for (SlicedTable table : tables) {
            table.assertSlicesEqual();
            bed.assertEqualEnds(table.table());
        }
    }

    /// By Java's own clock: wherever it is changed, an hour that comes twice is two slices.
    @ParameterizedTest
    @ValueSource(ints = {TestPostgres.OLDEST, TestPostgres.NEWEST})
    void doubledAndMissingHoursAreCutAsTheLocalClockSays(int major) {
        List<String> zones = List.of("Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata");
        List<Instant> instants = new ArrayList<>();
        for (String around : List.of(
                "2024-03-31T01:00:00Z",
                "2024-10-27T01:00:00Z",
                "2024-04-06T15:00:00Z",
                "2024-10-05T15:30:00Z",
                "2024-03-10T05:30:00Z",
                "2024-11-03T04:30:00Z",
                "1893-03-31T23:06:32Z")) {
            for (int quarter = -6; quarter <= 6; quarter++) {
                instants.add(Instant.parse(around).plus(Duration.ofMinutes(15L * quarter)));
                instants.add(Instant.parse(around)
                        .plus(Duration.ofMinutes(15L * quarter))
                        .minus(1, ChronoUnit.MICROS));
            }
        }
        StringBuilder values = new StringBuilder();
        for (int id = 0; id < instants.size(); id++) {
            values.append(id == 0 ? "" : ", ").append("(%d, '%s')".formatted(id, instants.get(id)));
        }
        Bed bed = Bed.of(major, directory);
        List<String> entries = new ArrayList<>();
        for (int zone = 0; zone < zones.size(); zone++) {
            bed.execute(
                    "CREATE TABLE z%d (id int PRIMARY KEY, at timestamptz NOT NULL)".formatted(zone),
                    "INSERT INTO z%d VALUES %s".formatted(zone, values));
            entries.add("public.z%d: {strategy: time-sliced, slice_by: at, grain: hour, timezone: %s}"
                    .formatted(zone, zones.get(zone)));
        }
        bed.tables(entries.toArray(String[]::new));
        RunReport report = bed.sync();
        assertThat(report.status()).as("%s", report).isEqualTo("SUCCEEDED");
        for (int zone = 0; zone < zones.size(); zone++) {
            Map<String, List<String>> expected = new TreeMap<>();
            for (int id = 0; id < instants.size(); id++) {
                expected.computeIfAbsent(hour(instants.get(id), zones.get(zone)), h -> new ArrayList<>())
                        .add(String.valueOf(id));
            }
            SlicedTable table = new SlicedTable(bed, "public.z" + zone, "''");
            assertThat(table.inWarehouse()).as(zones.get(zone)).isEqualTo(expected);
            assertThat(table.inLedger()).containsExactlyElementsOf(expected.keySet());
            bed.assertEqualEnds("public.z" + zone);
        }
        assertThat(new SlicedTable(bed, "public.z0", "''").inLedger())
                .contains("2024-10-27 02+02:00", "2024-10-27 02+01:00", "2024-03-31 03+02:00")
                .doesNotContain("2024-03-31 02+01:00", "2024-03-31 02+02:00");
        RunReport again = bed.sync();
        assertThat(again.tables())
                .allSatisfy(t ->
                        assertThat(t.slices().replaced() + t.slices().removed()).isZero());
    }

    private static String hour(Instant instant, String zone) {
        ZonedDateTime there = instant.atZone(ZoneId.of(zone));
        LocalDateTime local = there.toLocalDateTime();
        int seconds = there.getOffset().getTotalSeconds();
        String offset =
                seconds == 0 ? "+00:00" : ZoneOffset.ofTotalSeconds(seconds).getId();
        return "%s %02d%s".formatted(local.toLocalDate(), local.getHour(), offset);
    }

    @Test
    void infiniteTimesAreSlicesThatFailAloneAndTheOthersArePublished() {
        Bed bed = Bed.of(TestPostgres.MIDDLE, directory);
        List<String> entries = new ArrayList<>();
        for (String type : TYPES) {
            bed.execute(
                    "SET TimeZone = 'UTC'",
                    "CREATE TABLE t_%s (id int PRIMARY KEY, at %s)".formatted(type, type),
                    "INSERT INTO t_%s VALUES (1, 'infinity'), (2, '-infinity'), (3, '2024-01-01'), (4, '2199-01-01'), (5, NULL)"
                            .formatted(type));
            entries.add("public.t_%s: {strategy: time-sliced, slice_by: at, grain: month}".formatted(type));
        }
        bed.tables(entries.toArray(String[]::new));
        for (int run = 0; run < 2; run++) {
            RunReport report = bed.sync();
            assertThat(report.status()).as("%s", report).isEqualTo("PARTIAL");
            for (TableResult table : report.tables()) {
                assertThat(table.status()).isEqualTo(TableResult.Status.PARTIAL);
                assertThat(table.slices().failed()).isEqualTo(2);
                assertThat(table.stale()).isEqualTo(2);
                assertThat(table.failures())
                        .extracting(TableResult.SliceNote::slice)
                        .containsExactlyInAnyOrder("infinity", "-infinity");
                assertThat(table.failures().getFirst().note())
                        .contains(table.table().toString(), "at", "infinity");
            }
        }
        for (String type : TYPES) {
            assertThat(bed.query("SELECT id || ' ' || _sluice_slice FROM public.t_%s ORDER BY id".formatted(type)))
                    .containsExactly("3 2024-01", "4 2199-01", "5 \\N");
            bed.execute("DELETE FROM t_%s WHERE id < 3".formatted(type));
        }
        assertThat(bed.sync().status()).isEqualTo("SUCCEEDED");
        TYPES.forEach(type -> bed.assertEqualEnds("public.t_" + type));
    }
}
