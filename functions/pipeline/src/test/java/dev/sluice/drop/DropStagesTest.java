package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.model.Feed;
import dev.sluice.model.KeyPattern;
import dev.sluice.model.TableName;
import dev.sluice.run.DropReport;
import dev.sluice.store.Keys;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the stages of dropped files do when two runs meet, when files change under them, and when they are
/// called twice.
class DropStagesTest {
    private static final Feed.Mode UPSERT = new Feed.Mode.Upsert(List.of("id"), Optional.of("sold"));

    private static final String TABLE = "SELECT id, store, amount FROM pos.sales ORDER BY id, store";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private DropBed bed;

    @BeforeEach
    void open() {
        bed = new DropBed(directory, DropBed.feed("sales", UPSERT));
    }

    @AfterEach
    void close() throws SQLException {
        bed.close();
    }

    private static FeedResult only(DropReport report) {
        assertThat(report.feeds()).as("%s", report).hasSize(1);
        return report.feeds().getFirst();
    }

    @Test
    void aRunThatMeetsAnotherLeavesItsFeedAlone() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        DropBed.Execution first = bed.begin().until("load-files");

        FeedResult second = only(bed.receive());

        assertThat(second.status()).isEqualTo(FeedResult.Status.DEFERRED);
        assertThat(first.end().status()).isEqualTo("SUCCEEDED");
        assertThat(bed.query(TABLE)).containsExactly("1|A|1");
    }

    @Test
    void aRunThatSleptUntilAnotherTookItsLockPublishesNothingAndBreaksNothing() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        DropBed.Execution zombie = bed.begin().until("load-files");
        bed.pass(Duration.ofMinutes(30));
        bed.drop("drops/pos/a.csv", "2,B,2,2\n");
        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");

        FeedResult late = only(zombie.end());

        assertThat(late.status()).isEqualTo(FeedResult.Status.FAILED);
        assertThat(late.error().orElseThrow()).contains("was taken over");
        assertThat(bed.query(TABLE)).containsExactly("2|B|2");
        bed.settle();
        assertThat(bed.query(TABLE)).containsExactly("2|B|2");
    }

    @Test
    void aFileThatIsOverwrittenBetweenListingAndReadingIsLeftToTheNextRun() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        bed.drop("drops/pos/b.csv", "2,B,2,2\n");
        DropBed.Execution run = bed.begin().until("convert-files");
        bed.drop("drops/pos/a.csv", "3,C,3,3\n");

        FeedResult result = only(run.end());

        assertThat(result.status()).isEqualTo(FeedResult.Status.SUCCEEDED);
        assertThat(result.files().changed()).isEqualTo(1);
        assertThat(bed.query(TABLE)).containsExactly("2|B|2");
        assertThat(only(bed.receive()).files().loaded()).isEqualTo(1);
        assertThat(bed.query(TABLE)).containsExactly("2|B|2", "3|C|3");
    }

    @Test
    void aPublishWhoseAnswerWasLostIsNotRepeated() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        DropBed.Execution run = bed.begin().until("verify-files");
        bed.lake().delete(List.of(Keys.loadReceipt(run.runId(), TableName.parse("pos.sales"), 0)));

        run.again("load-files", JsonNodeFactory.instance.objectNode().put("step", 0));

        assertThat(run.end().status()).isEqualTo("SUCCEEDED");
        assertThat(bed.query(TABLE)).containsExactly("1|A|1");
        assertThat(bed.query("SELECT count(*) FROM sluice.drops")).containsExactly("1");
    }

    @Test
    void whatAnAttemptPublishedIsNotEnteredAgainWithWhatItHadToLeaveOut() {
        for (int i = 0; i <= Receive.BATCH_FILES; i++) {
            bed.drop("drops/pos/%03d.csv".formatted(i), i + ",A,1,1\n");
        }
        DropBed.Execution run = bed.begin().until("load-files");
        TableName table = TableName.parse("pos.sales");
        String receipt = Keys.receipt(run.runId(), table, 0, 0, FileReceipt.STAGE);
        String late = bed.lake().read(receipt).orElseThrow().text();
        bed.lake().delete(List.of(receipt));
        run.until("verify-files");
        assertThat(bed.query("SELECT count(*) FROM sluice.drops")).containsExactly("1");
        bed.lake().write(receipt, late);
        bed.lake().delete(List.of(Keys.loadReceipt(run.runId(), table, 0)));

        run.again("load-files", JsonNodeFactory.instance.objectNode().put("step", 0));

        assertThat(run.end().status()).isEqualTo("SUCCEEDED");
        assertThat(bed.query("SELECT count(*), count(DISTINCT key) FROM sluice.drops"))
                .containsExactly("257|257");
        assertThat(bed.query("SELECT count(*) FROM pos.sales")).containsExactly("257");
    }

    @Test
    void aPatternThatMatchesEverythingDoesNotFeedOnWhatSluiceWrites() {
        Feed feed = DropBed.feed("sales", UPSERT);
        bed.configure(new Feed(
                feed.name(),
                new KeyPattern("**"),
                feed.format(),
                feed.target(),
                feed.columns(),
                feed.mode(),
                feed.onNewColumn(),
                feed.badRows(),
                feed.expectEvery()));
        bed.drop("a.csv", "1,A,1,1\n");
        assertThat(only(bed.receive()).files().loaded()).isEqualTo(1);

        assertThat(only(bed.receive()).found().pending()).isZero();
    }

    @Test
    void aFileThatGoesFromThePrefixKeepsItsRows() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        bed.receive();
        bed.lake().delete(List.of("drops/pos/a.csv"));

        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");

        assertThat(bed.query(TABLE)).containsExactly("1|A|1");
    }

    @Test
    void aLakeThatWasEmptiedWhileTheWarehouseStayedDoesNotStopTheFeed() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        bed.receive();
        bed.receive();
        bed.lake().list("").forEach(stat -> bed.lake().delete(List.of(stat.key())));
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        bed.drop("drops/pos/b.csv", "2,B,2,2\n");

        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");

        assertThat(bed.query(TABLE)).containsExactly("1|A|1", "2|B|2");
    }

    @Test
    void anotherRuleInTheConfigurationDerivesTheWholeTableAnewWithTheNextFile() {
        bed.drop("drops/pos/a.csv", "1,first,10,2\n");
        bed.drop("drops/pos/b.csv", "1,second,20,1\n");
        bed.receive();
        assertThat(bed.query(TABLE)).containsExactly("1|first|10");

        bed.configure(DropBed.feed("sales", new Feed.Mode.Upsert(List.of("id"), Optional.of("amount"))));
        bed.drop("drops/pos/c.csv", "2,third,30,1\n");
        assertThat(bed.receive().status()).isEqualTo("SUCCEEDED");

        assertThat(bed.query(TABLE)).containsExactly("1|second|20", "2|third|30");
    }

    @Test
    void aRefusalIsTriedAgainWhenTheConfigurationChangesAndNotBefore() {
        bed.drop("drops/pos/a.csv", "bad\n");
        assertThat(only(bed.receive()).files().refused()).isEqualTo(1);
        assertThat(only(bed.receive()).found().refused()).isEqualTo(1);

        bed.configure(DropBed.feed("sales", new Feed.Mode.Upsert(List.of("id"), Optional.empty())));

        assertThat(only(bed.receive()).files().refused()).isEqualTo(1);
    }

    @Test
    void aTableThatWasDerivedWronglyIsFoundByVerify() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n3,C,1,1\n");
        bed.receive();
        bed.execute("DELETE FROM pos.sales WHERE id = 1");
        bed.drop("drops/pos/b.csv", "2,B,2,2\n");

        FeedResult result = only(bed.receive());

        assertThat(result.status()).isEqualTo(FeedResult.Status.FAILED);
        assertThat(result.differences()).singleElement().asString().contains("3 keys, the table has 2 rows");
    }

    @Test
    void aTableThatWasEmptiedIsDerivedFromAllRowsByTheNextLoad() {
        bed.drop("drops/pos/a.csv", "1,A,1,1\n");
        bed.receive();
        bed.execute("DELETE FROM pos.sales");
        bed.drop("drops/pos/b.csv", "2,B,2,2\n");

        assertThat(only(bed.receive()).status()).isEqualTo(FeedResult.Status.SUCCEEDED);
        assertThat(only(bed.receive()).differences()).isEmpty();
    }
}
