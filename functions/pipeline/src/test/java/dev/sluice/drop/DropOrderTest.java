package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Feed;
import dev.sluice.model.SliceBy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// In whatever order files arrive, are overwritten and are received, one or two runs at a time, the table is
/// the one that follows from the files as they lie there in the end. What it should be is computed here, from
/// the texts alone.
@Tag("slow")
class DropOrderTest {
    private static final int ORDERS = 70;
    private static final int ORDERS_ON_SNOWFLAKE = 12;

    enum Mode {
        APPEND,
        REPLACE,
        UPSERT;

        Feed.Mode ofFeed() {
            return switch (this) {
                case APPEND -> new Feed.Mode.Append();
                case REPLACE -> new Feed.Mode.Replace(new SliceBy.Value("store"));
                case UPSERT -> new Feed.Mode.Upsert(List.of("id"), Optional.of("sold"));
            };
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyOrderOfArrivalEndsInTheTableOfTheFilesThatAreThere(Mode mode) throws SQLException {
        for (int seed = 0; seed < ORDERS; seed++) {
            try (DropBed bed = new DropBed(directory.resolve("order-" + seed), DropBed.feed("sales", mode.ofFeed()))) {
                play(bed, seed, mode);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void onSnowflakeToo(Mode mode) throws SQLException {
        for (int seed = 1_000; seed < 1_000 + ORDERS_ON_SNOWFLAKE; seed++) {
            try (DropBed bed =
                    DropBed.onSnowflake(directory.resolve("order-" + seed), DropBed.feed("sales", mode.ofFeed()))) {
                play(bed, seed, mode);
            }
        }
    }

    private static void play(DropBed bed, int seed, Mode mode) {
        new Story(bed, seed).play();
        bed.settle();
        assertThat(bed.query("SELECT id, store, amount, sold, _sluice_slice, _sluice_file, _sluice_line"
                        + " FROM pos.sales ORDER BY _sluice_file, _sluice_line"))
                .as("seed %d", seed)
                .containsExactlyElementsOf(expected(mode, files(bed)));
    }

    /// Arrivals in an order of their own, with runs in between: whole ones, and up to two at once of which
    /// the second may have waited until the lock of the first had expired.
    private static final class Story {
        private final DropBed bed;
        private final Random random;
        private final Deque<Map.Entry<String, String>> arrivals = new ArrayDeque<>();
        private final List<DropBed.Execution> running = new ArrayList<>();

        Story(DropBed bed, long seed) {
            this.bed = bed;
            this.random = new Random(seed);
            // Versions of a file come in their order, files in any.
            List<String> keys = new ArrayList<>();
            Map<String, Deque<String>> versions = new HashMap<>();
            for (int file = 0; file < 4; file++) {
                String key = "drops/pos/%s.csv".formatted("bädc".charAt(file));
                versions.put(key, new ArrayDeque<>());
                for (int version = random.nextInt(3); version >= 0; version--) {
                    keys.add(key);
                    versions.get(key).add(content());
                }
            }
            Collections.shuffle(keys, random);
            keys.forEach(key -> arrivals.add(Map.entry(
                    key, versions.getOrDefault(key, new ArrayDeque<>()).remove())));
        }

        private String content() {
            StringBuilder lines = new StringBuilder();
            for (int row = random.nextInt(4); row >= 0; row--) {
                lines.append("%s,%s,%d,%s\n"
                        .formatted(
                                random.nextInt(6),
                                List.of("", "K1A", "k1a", "\\N").get(random.nextInt(4)),
                                random.nextInt(1000),
                                random.nextInt(4) == 0 ? "" : random.nextInt(3)));
            }
            return lines.toString();
        }

        void play() {
            while (!arrivals.isEmpty() || !running.isEmpty()) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> arrive();
                    case 2 -> {
                        if (running.size() < 2 && !arrivals.isEmpty()) {
                            running.add(bed.begin());
                        }
                    }
                    case 3 -> bed.pass(Duration.ofMinutes(random.nextInt(15)));
                    default -> go();
                }
            }
        }

        private void arrive() {
            if (!arrivals.isEmpty()) {
                Map.Entry<String, String> arrival = arrivals.remove();
                bed.drop(arrival.getKey(), arrival.getValue());
            }
        }

        private void go() {
            if (!running.isEmpty()) {
                DropBed.Execution one = running.get(random.nextInt(running.size()));
                if (!one.step()) {
                    running.remove(one);
                }
            }
        }
    }

    private record Row(String id, String store, String amount, String at, String slice, String file, int line) {
        static List<Row> of(String file, String content) {
            List<Row> rows = new ArrayList<>();
            for (String line : content.lines().toList()) {
                String[] v = line.split(",", -1);
                rows.add(new Row(v[0], orNull(v[1]), v[2], orNull(v[3]), file, file, rows.size() + 1));
            }
            return rows;
        }

        private static String orNull(String text) {
            return text.isEmpty() ? "null" : text;
        }

        Row ofStore() {
            String encoded = store.equals("null") ? "\\N" : store.startsWith("\\") ? "\\" + store : store;
            return new Row(id, store, amount, at, encoded, file, line);
        }

        int order() {
            return at.equals("null") ? Integer.MIN_VALUE : Integer.parseInt(at);
        }

        String text() {
            return String.join("|", id, store, amount, at, slice, file, String.valueOf(line));
        }
    }

    private static Map<String, String> files(DropBed bed) {
        Map<String, String> files = new TreeMap<>();
        bed.lake()
                .list("drops/")
                .forEach(stat -> files.put(
                        stat.key(), bed.lake().read(stat.key()).orElseThrow().text()));
        return files;
    }

    private static List<String> expected(Mode mode, Map<String, String> files) {
        List<Row> all = new ArrayList<>();
        files.forEach((file, content) -> all.addAll(Row.of(file, content)));
        List<Row> rows = switch (mode) {
            case APPEND -> all;
            case REPLACE -> all.stream().map(Row::ofStore).toList();
            case UPSERT -> {
                Comparator<Row> best = Comparator.comparingInt(Row::order)
                        .thenComparing(Row::file)
                        .thenComparingInt(Row::line);
                Map<String, Row> winners = new HashMap<>();
                all.forEach(row ->
                        winners.merge(row.id(), row, (one, other) -> best.compare(one, other) > 0 ? one : other));
                yield List.copyOf(winners.values());
            }
        };
        return rows.stream()
                .sorted(Comparator.comparing(Row::file).thenComparingInt(Row::line))
                .map(Row::text)
                .toList();
    }
}
