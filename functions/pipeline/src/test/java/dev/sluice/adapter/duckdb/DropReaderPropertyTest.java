package dev.sluice.adapter.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.drop.DropReader.Outcome;
import dev.sluice.drop.DropReader.Outcome.Refused;
import dev.sluice.drop.DropReader.Outcome.Taken;
import dev.sluice.model.Feed;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random values and random damage, the same on every run.
class DropReaderPropertyTest {
    @TempDir
    private Path directory;

    @Test
    void everyNumberInEverySpellingIsTheNumberOrABadRow() throws IOException {
        Random random = new Random(17);
        Feed feed = Dropped.feed(
                "format: jsonl, columns: {n: \"numeric(20,6)\", i: bigint, f: double precision}, bad_rows: {allow: 1}");
        StringBuilder json = new StringBuilder();
        List<List<@Nullable Object>> expected = new ArrayList<>();
        for (long line = 1; line <= 20_000; line++) {
            BigDecimal number = new BigDecimal(new BigInteger(random.nextInt(75), random), random.nextInt(9));
            number = random.nextBoolean() ? number.negate() : number;
            String spelled = random.nextBoolean()
                    ? number.toPlainString()
                    : number.toString().replace("E", "e");
            double floating = Double.longBitsToDouble(random.nextLong());
            long whole = random.nextLong() >> random.nextInt(64);
            json.append("{\"n\": %s, \"i\": %s, \"f\": \"%s\"}\n".formatted(spelled, whole, floating));
            if (fits(number)) {
                expected.add(
                        new ArrayList<>(List.of(line, number.setScale(6, RoundingMode.UNNECESSARY), whole, floating)));
            }
        }
        try (Dropped dropped = new Dropped(directory)) {
            Taken taken = dropped.taken(feed, json.toString());
            assertThat(Dropped.rows(taken)).isEqualTo(expected);
            assertThat(taken.badRows()).isEqualTo(20_000 - expected.size()).isPositive();
        }
    }

    private static boolean fits(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return number.signum() == 0 || stripped.scale() <= 6 && stripped.precision() - stripped.scale() <= 14;
    }

    @Test
    void everyInstantInEveryOffsetIsTheInstant() {
        Random random = new Random(18);
        StringBuilder csv = new StringBuilder("t\n");
        List<List<@Nullable Object>> expected = new ArrayList<>();
        for (long line = 2; line < 10_000; line++) {
            Instant instant = Instant.EPOCH
                    .plusSeconds(random.nextLong(-60_000_000_000L, 250_000_000_000L))
                    .plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
            ZoneOffset offset = ZoneOffset.ofHoursMinutes(random.nextInt(-17, 18), 0);
            DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", Locale.ROOT);
            csv.append(format.format(instant.atOffset(offset))).append('\n');
            expected.add(new ArrayList<>(List.of(line, instant)));
        }
        try (Dropped dropped = new Dropped(directory)) {
            assertThat(Dropped.rows(
                            dropped.taken(Dropped.feed("format: csv, columns: {t: timestamptz}"), csv.toString())))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void damageToSomeLinesOfJsonTouchesNoOther(int seed) {
        Random random = new Random(seed);
        Feed feed = Dropped.feed(
                "format: jsonl, columns: {id: int, t: text, j: json}, bad_rows: {allow: 1}, on_new_column: add");
        try (Dropped dropped = new Dropped(directory)) {
            for (int round = 0; round < 60; round++) {
                StringBuilder json = new StringBuilder();
                Map<Long, Integer> whole = new HashMap<>();
                for (int i = 1; i <= 40; i++) {
                    String line =
                            "{\"id\": %d, \"t\": \"a\\u00fc\\n%d\", \"j\": {\"k\": [%d, null, {}]}}".formatted(i, i, i);
                    boolean damaged = random.nextInt(8) == 0;
                    json.append(damaged ? damaged(line, random) : line).append('\n');
                    if (!damaged) {
                        whole.put((long) i, i);
                    }
                }
                Outcome outcome = dropped.read(feed, json.toString().getBytes(StandardCharsets.ISO_8859_1));
                if (outcome instanceof Taken taken) {
                    Map<Object, Object> found = new HashMap<>();
                    Dropped.rows(taken).forEach(row -> found.put(row.get(0), row.get(1)));
                    assertThat(found).as("seed %d, round %d", seed, round).containsAllEntriesOf(Map.copyOf(whole));
                    assertThat(taken.rows() + taken.badRows()).isLessThanOrEqualTo(40);
                } else {
                    assertThat(((Refused) outcome).why()).contains("new column");
                }
            }
        }
    }

    /// One to three characters changed, taken away or put in; never a line end.
    private static String damaged(String line, Random random) {
        StringBuilder damaged = new StringBuilder(line);
        String alphabet = "{}[]\",:\\u0d8e-+.19ntf \t\u0000\u0080\u00ff";
        for (int i = random.nextInt(3); i >= 0; i--) {
            char other = alphabet.charAt(random.nextInt(alphabet.length()));
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(3)) {
                case 0 -> damaged.setCharAt(at, other);
                case 1 -> damaged.deleteCharAt(at);
                default -> damaged.insert(at, other);
            }
        }
        return damaged.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aDamagedCsvIsTakenOrRefusedAndNothingIsCountedTwice(int seed) throws IOException {
        Random random = new Random(seed);
        Feed feed = Dropped.feed("format: csv, columns: {id: int, t: text}, bad_rows: {allow: 1}");
        try (Dropped dropped = new Dropped(directory)) {
            for (int round = 0; round < 60; round++) {
                StringBuilder csv = new StringBuilder("id,t\n");
                for (int i = 0; i < 40; i++) {
                    String row = "%d,\"%s\"".formatted(i, "x\"\"y\n".repeat(random.nextInt(3)));
                    csv.append(random.nextInt(20) == 0 ? damaged(row, random) : row)
                            .append("\r\n");
                }
                Outcome outcome = dropped.read(feed, csv.toString().getBytes(StandardCharsets.ISO_8859_1));
                if (outcome instanceof Taken taken) {
                    List<List<@Nullable Object>> rows = Dropped.rows(taken);
                    assertThat(rows).hasSize(Math.toIntExact(taken.rows()));
                    assertThat(rows.stream().map(List::getFirst).toList()).doesNotHaveDuplicates();
                } else {
                    assertThat(((Refused) outcome).why()).contains("never ends");
                }
            }
        }
    }

    @Test
    void aFileThatIsMostlyBadIsGivenUpEarly() throws IOException {
        String csv = "id\n" + "x\n".repeat(150_000) + "1\n".repeat(10);
        try (Dropped dropped = new Dropped(directory)) {
            Outcome outcome = dropped.read(
                    Dropped.feed("format: csv, columns: {id: int}, bad_rows: {allow: 0.1 %}"),
                    csv.getBytes(StandardCharsets.UTF_8));
            Refused refused = (Refused) outcome;
            assertThat(refused.badRows()).isEqualTo(100_000);
            assertThat(refused.why()).startsWith("drops/x: 100000 of 100000 rows are bad");
            assertThat(Files.readAllLines(refused.quarantine().orElseThrow())).hasSize(100_001);
        }
    }

    @Test
    void aPartOfTheKeyThatIsNoValueOfItsColumnRefusesTheFile() {
        Feed feed = Dropped.feed("format: jsonl, columns: {id: int, s: {part: store, type: int}}");
        try (Dropped dropped = new Dropped(directory)) {
            byte[] file = "{}".getBytes(StandardCharsets.UTF_8);
            assertThat(((Refused) dropped.read(feed, file, Map.of("store", "M3C"))).why())
                    .isEqualTo("drops/x: the part {store} of the key, for column s: no number");
            assertThat(((Refused) dropped.read(feed, file, Map.of())).why())
                    .isEqualTo("drops/x: the key has no part {store}, which column s comes from");
        }
    }

    @Test
    void jsonThatDuckDbDoesNotHoldIsABadRow() throws IOException {
        Feed feed = Dropped.feed("format: jsonl, columns: {j: json}, bad_rows: {allow: 1}");
        try (Dropped dropped = new Dropped(directory)) {
            Taken taken =
                    dropped.taken(feed, "{\"j\": 1}\n{\"j\": 1e999}\n{\"j\": [-0.0, 12345678901234567890.123]}\n");
            assertThat(taken.rows() + taken.badRows()).isEqualTo(3);
            assertThat(Dropped.rows(taken).getLast().get(1)).isEqualTo("[-0.0, 12345678901234567890.123]");
        }
    }
}
