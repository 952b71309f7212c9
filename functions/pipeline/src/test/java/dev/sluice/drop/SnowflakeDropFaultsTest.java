package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.snowflake.SnowflakeAccount;
import dev.sluice.adapter.snowflake.SnowflakeDrops;
import dev.sluice.model.Feed;
import dev.sluice.model.WarehouseUnavailable;
import dev.sluice.snowflake.Faults;
import dev.sluice.snowflake.SnowflakeServer;
import dev.sluice.store.ObjectsInMemory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whichever statement of a publish fails, a reader finds the table of before or after it, and the same publish
/// once more ends as if nothing had happened.
@Tag("slow")
class SnowflakeDropFaultsTest {
    private static final List<String> BEFORE = List.of("1|x|1|5|a.csv", "2|x|1|5|b.csv");
    private static final List<String> AFTER = List.of("1|x|1|5|a.csv", "2|y|2|1|a.csv", "3|z|1|1|b.csv");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ObjectsInMemory lake = new ObjectsInMemory();

    @SuppressWarnings("NullAway.Init")
    private SnowflakeAccount account;

    @BeforeEach
    void start() {
        account = new SnowflakeAccount(lake, "pos");
    }

    @AfterEach
    void stop() {
        account.close();
    }

    private static Feed feed(String name) {
        return DropBed.feed(name, new Feed.Mode.Upsert(List.of("id"), Optional.of("sold")));
    }

    private List<String> rows(Feed feed) throws SQLException {
        try (Connection connection = account.connection()) {
            return DropWaves.rows(
                    connection,
                    "SELECT id, store, amount, sold, _sluice_file FROM %s ORDER BY id".formatted(feed.target()));
        }
    }

    private static DropWaves.Wave first(DropWaves waves, Feed feed) {
        return waves.wave(feed).file("a.csv", "1, 'x', 1, 5", "2, 'y', 2, 1").file("b.csv", "2, 'x', 1, 5");
    }

    private static DropWaves.Wave second(DropWaves waves, Feed feed) {
        return waves.wave(feed).file("b.csv", "3, 'z', 1, 1").refused("c.csv", "bad");
    }

    @Test
    void everyStatementOfAPublishMayFail() throws SQLException {
        int statement = 0;
        while (fails(statement)) {
            statement++;
        }
        assertThat(statement).as("statements of a publish").isBetween(20, 30);
    }

    /// @return false if the publish has no such statement
    private boolean fails(int number) throws SQLException {
        SnowflakeDrops drops = new SnowflakeDrops(account.config(), lake);
        DropWaves waves = new DropWaves(lake, directory);
        Feed feed = feed("sales_" + number);
        drops.publish(first(waves, feed).publication());
        assertThat(rows(feed)).isEqualTo(BEFORE);
        DropWaves.Wave wave = second(waves, feed);
        AtomicInteger seen = new AtomicInteger();
        SnowflakeServer server = account.server();
        server.faults().cancelNext(request -> isOfPublish(request) && seen.getAndIncrement() == number);
        boolean failed = false;
        try {
            drops.publish(wave.publication());
        } catch (WarehouseUnavailable cancelled) {
            failed = true;
        }
        server.faults().none();
        assertThat(server.transactions()).as("after statement %d", number).isZero();
        assertThat(rows(feed)).as("after statement %d", number).isIn(BEFORE, AFTER);

        drops.publish(wave.publication());

        assertThat(rows(feed)).as("after statement %d", number).isEqualTo(AFTER);
        assertThat(drops.history(feed.target()))
                .as("after statement %d", number)
                .hasSize(4);
        assertThat(drops.differences(feed, "run-2")).isEmpty();
        return failed;
    }

    /// What only asks for the fate of others, or takes back what failed, must not fail for this test.
    private static boolean isOfPublish(Faults.Request request) {
        return !request.sql().isEmpty()
                && !request.sql().equals("ROLLBACK")
                && !request.sql().contains("SYSTEM$ABORT_SESSION");
    }

    @Test
    void aPublishAsksForTheSameNumberOfStatementsHoweverManyFilesThereAre() {
        SnowflakeDrops drops = new SnowflakeDrops(account.config(), lake);
        DropWaves waves = new DropWaves(lake, directory);
        Feed feed = feed("sales");
        drops.publish(first(waves, feed).publication());
        long few = statements(drops, second(waves, feed));
        DropWaves.Wave many = waves.wave(feed);
        for (int file = 0; file < 60; file++) {
            many.file("many-%d.csv".formatted(file), "%d, 'x', 1, 1".formatted(file));
        }
        assertThat(statements(drops, many)).isEqualTo(few);
    }

    private long statements(SnowflakeDrops drops, DropWaves.Wave wave) {
        int before = account.server().statements().size();
        drops.publish(wave.publication());
        return (long) account.server().statements().size() - before;
    }

    @Test
    void aTransactionOfADeadProcessIsEnded() throws SQLException {
        SnowflakeDrops drops = new SnowflakeDrops(account.config(), lake);
        DropWaves waves = new DropWaves(lake, directory);
        Feed feed = feed("sales");
        drops.publish(first(waves, feed).publication());
        assertThatThrownBy(() -> drops.publish(second(waves, feed)
                        .fence(() -> {
                            account.server()
                                    .faults()
                                    .cancelNext(request -> request.sql().equals("ROLLBACK"));
                            throw new IllegalStateException("killed");
                        })
                        .publication()))
                .hasMessage("killed");
        drops.publish(second(waves, feed).publication());
        assertThat(rows(feed)).isEqualTo(AFTER);
    }
}
