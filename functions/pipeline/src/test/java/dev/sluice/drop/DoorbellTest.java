package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Feed;
import dev.sluice.model.KeyPattern;
import dev.sluice.model.TableName;
import dev.sluice.run.Doorbell;
import dev.sluice.run.Doorbell.Notice;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Notices of files, and whether the files are loaded because of them: no sweep runs here.
class DoorbellTest {
    private static final Feed.Mode APPEND = new Feed.Mode.Append();
    private static final Feed SALES = feed("sales", "drops/pos/**.csv");
    private static final Feed RETURNS = feed("returns", "drops/returns/*.csv");
    private static final String TABLE = "SELECT id, store, amount FROM pos.sales ORDER BY id, store";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private DropBed bed;

    @BeforeEach
    void open() {
        bed = new DropBed(directory, SALES, RETURNS);
    }

    @AfterEach
    void close() throws SQLException {
        bed.close();
    }

    private static Feed feed(String name, String match) {
        Feed feed = DropBed.feed(name, APPEND);
        return new Feed(
                name,
                new KeyPattern(match),
                feed.format(),
                TableName.parse("pos." + name),
                feed.columns(),
                feed.mode(),
                feed.onNewColumn(),
                feed.badRows(),
                Optional.empty());
    }

    private Doorbell.Rung ring(Notice... notices) {
        return new Doorbell(List.of(SALES, RETURNS), bed.lake(), bed.locks("doorbell")).ring(List.of(notices));
    }

    private Notice notice(String id, String key) {
        return new Notice(id, event(bed.lake().bucket(), bed.lake().bucketKey(key)));
    }

    private static String event(String bucket, String key) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("source", "aws.s3").put("detail-type", "Object Created");
        ObjectNode detail = event.putObject("detail");
        detail.putObject("bucket").put("name", bucket);
        detail.putObject("object").put("key", key);
        return event.toString();
    }

    private static Doorbell.Start only(Doorbell.Rung rung) {
        assertThat(rung.starts()).as("%s", rung).hasSize(1);
        return rung.starts().getFirst();
    }

    private DropBed.Execution begin(Doorbell.Start start) {
        return bed.begin(start.name(), start.input());
    }

    @Test
    void theNoticesOfAFeedAreOneRunUnderTheSameNameHoweverOftenTheyCome() {
        Notice a = notice("m-1", "drops/pos/a.csv");
        Notice b = notice("m-2", "drops/pos/deep/b.csv");

        Doorbell.Start start = only(ring(a, b));

        assertThat(start.name()).matches("drop-[0-9a-f]{32}");
        assertThat(start.ids()).containsExactly("m-1", "m-2");
        assertThat(start.input().toString()).isEqualTo("""
                {"feeds":["sales"],"trigger":"doorbell","patient":true}""");
        assertThat(only(ring(b, a)).name()).isEqualTo(start.name());
        assertThat(only(ring(a)).name()).isNotEqualTo(start.name());
    }

    @Test
    void everyFeedHasARunOfItsOwn() {
        Doorbell.Rung rung = ring(notice("m-1", "drops/pos/a.csv"), notice("m-2", "drops/returns/a.csv"));

        assertThat(rung.starts())
                .extracting(Doorbell.Start::feed, Doorbell.Start::ids)
                .containsExactly(tuple("sales", List.of("m-1")), tuple("returns", List.of("m-2")));
        assertThat(rung.starts().get(0).name())
                .isNotEqualTo(rung.starts().get(1).name());
    }

    @Test
    void whatIsNoNoticeIsToldApartFromWhatIsNobodysFile() {
        Doorbell.Rung rung = ring(
                new Notice("m-1", "{not json"),
                new Notice("m-2", "{}"),
                new Notice("m-3", event("another-bucket", "drops/pos/a.csv")),
                notice("m-4", "drops/elsewhere/a.csv"),
                notice("m-5", "drops/pos/"),
                new Notice("m-6", event(bed.lake().bucket(), "other-prefix/drops/pos/a.csv")),
                notice("m-7", "drops/pos/a.csv"));

        assertThat(rung.unreadable()).containsExactly("m-1", "m-2", "m-3");
        assertThat(rung.strangers()).isEqualTo(3);
        assertThat(only(rung).ids()).containsExactly("m-7");
    }

    @Test
    void whatSluiceWritesRingsNobody() {
        Feed greedy = feed("sales", "**.csv");
        Doorbell.Rung rung = new Doorbell(List.of(greedy), bed.lake(), bed.locks("doorbell"))
                .ring(List.of(notice("m-1", "quarantine/sales/x.csv"), notice("m-2", "raw/pos.sales/x.csv")));

        assertThat(rung.starts()).isEmpty();
        assertThat(rung.strangers()).isEqualTo(2);
    }

    @Test
    void aFileThatComesWhileARunHasListedAlreadyIsLoadedByTheOneRunThatWaits() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        DropBed.Execution first =
                begin(only(ring(notice("m-1", "drops/pos/a.csv")))).until("convert-files");
        bed.drop("drops/pos/b.csv", "2,B,2,2\n");
        Doorbell.Start after = only(ring(notice("m-2", "drops/pos/b.csv")));
        bed.drop("drops/pos/c.csv", "3,C,3,3\n");

        assertThat(after.name()).matches("after-[0-9a-f]{32}");
        assertThat(only(ring(notice("m-3", "drops/pos/c.csv"))).name()).isEqualTo(after.name());

        DropBed.Execution waiting = begin(after);
        waiting.step();
        waiting.step();
        assertThat(waiting.next()).isEqualTo("receive");
        assertThat(first.end().feeds().getFirst().files().loaded()).isEqualTo(1);
        assertThat(waiting.end().feeds().getFirst().files().loaded()).isEqualTo(2);
        assertThat(bed.query(TABLE)).containsExactly("1|A|1", "2|B|2", "3|C|3");
    }

    @Test
    void nobodyWaitsForLongerThanAnHourForARunThatGoesOn() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        DropBed.Execution first = bed.begin().until("convert-files");
        DropBed.Execution waiting = begin(only(ring(notice("m-1", "drops/pos/a.csv"))));
        for (int i = 0; i < 6; i++) {
            bed.pass(Duration.ofMinutes(10));
            bed.locks(first.runId()).renew(TableName.parse("pos.sales"), first.runId(), 1);
        }

        assertThat(waiting.end().feeds().getFirst().status()).isEqualTo(FeedResult.Status.DEFERRED);
        assertThat(first.end().status()).isEqualTo("SUCCEEDED");
    }

    @Test
    void aRunThatDiedIsNotWaitedForOnceItsLockIsOver() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        bed.begin().until("load-files");
        DropBed.Execution waiting = begin(only(ring(notice("m-1", "drops/pos/a.csv"))));
        waiting.step();
        bed.pass(Duration.ofMinutes(21));

        assertThat(waiting.end().status()).isEqualTo("SUCCEEDED");
        assertThat(bed.query(TABLE)).containsExactly("1|A|1");
    }

    /// Files come, are overwritten, and notices of them are delivered late, twice, in any order and grouping,
    /// while runs go on step by step beside each other.
    @Test
    @Tag("slow")
    void everyFileIsLoadedByARunThatANoticeStartedWhateverTheOrder() throws SQLException {
        for (int seed = 0; seed < 60; seed++) {
            try (DropBed fresh = new DropBed(directory.resolve("seed-" + seed), SALES, RETURNS)) {
                bed.close();
                bed = fresh;
                assertThat(new Story(new Random(seed)).tell())
                        .as("seed %d", seed)
                        .isEmpty();
            }
        }
    }

    private final class Story {
        private final Random random;
        private final Map<String, String> files = new LinkedHashMap<>();
        private final List<Notice> queue = new ArrayList<>();
        private final Map<String, DropBed.Execution> executions = new LinkedHashMap<>();
        private int messages;

        Story(Random random) {
            this.random = random;
        }

        /// @return rows that should stand in the table and do not, or the other way round
        List<String> tell() {
            for (int i = 0; i < 40; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> drop();
                    case 1 -> deliver();
                    default -> step();
                }
            }
            while (!queue.isEmpty()) {
                deliver();
                step();
            }
            for (int i = 0; i < 200; i++) {
                executions.values().forEach(DropBed.Execution::step);
            }
            List<String> expected = files.values().stream().sorted().toList();
            List<String> found = expected.isEmpty() ? List.of() : bed.query("SELECT store FROM pos.sales ORDER BY 1");
            return found.equals(expected) ? List.of() : List.of(expected + " but " + found);
        }

        private void drop() {
            String key = "drops/pos/%d.csv".formatted(random.nextInt(4));
            String content = "v%04d".formatted(messages);
            bed.drop(key, "%d,%s,1,1\n".formatted(messages, content));
            files.put(key, content);
            Notice notice = notice("m-" + messages++, key);
            queue.add(notice);
            if (random.nextInt(4) == 0) {
                queue.add(notice);
            }
        }

        private void deliver() {
            if (queue.isEmpty()) {
                return;
            }
            Collections.shuffle(queue, random);
            List<Notice> batch = queue.subList(0, 1 + random.nextInt(queue.size()));
            for (Doorbell.Start start : ring(batch.toArray(Notice[]::new)).starts()) {
                executions.computeIfAbsent(start.name(), any -> begin(start));
            }
            batch.clear();
        }

        private void step() {
            if (!executions.isEmpty()) {
                List<DropBed.Execution> all = List.copyOf(executions.values());
                all.get(random.nextInt(all.size())).step();
            }
        }
    }
}
