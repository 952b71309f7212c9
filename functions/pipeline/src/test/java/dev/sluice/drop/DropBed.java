package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.adapter.duckdb.DuckDbWarehouse;
import dev.sluice.adapter.snowflake.SnowflakeAccount;
import dev.sluice.adapter.snowflake.SnowflakeDrops;
import dev.sluice.adapter.snowflake.SnowflakeWarehouse;
import dev.sluice.model.ColumnType;
import dev.sluice.model.DataMismatch;
import dev.sluice.model.Failure;
import dev.sluice.model.Feed;
import dev.sluice.model.FileFormat;
import dev.sluice.model.KeyPattern;
import dev.sluice.model.TableName;
import dev.sluice.run.DropReport;
import dev.sluice.run.DropStages;
import dev.sluice.run.DropWiring;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectsInMemory;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.WorkDirectory;
import dev.sluice.warehouse.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A lake in memory, a DuckDB file or an account of Snowflake, and the stages of dropped files between them, driven as
/// the state machine
/// drives them, one call at a time.
final class DropBed implements AutoCloseable {
    static final List<Feed.FeedColumn> COLUMNS = List.of(
            new Feed.FeedColumn("id", new ColumnType.Int32(), Optional.empty()),
            new Feed.FeedColumn("store", new ColumnType.Text(), Optional.empty()),
            new Feed.FeedColumn("amount", new ColumnType.Int32(), Optional.empty()),
            new Feed.FeedColumn("sold", new ColumnType.Int32(), Optional.empty()));

    private final WorkDirectory work;
    private final ObjectsInMemory lake = new ObjectsInMemory();
    private List<Feed> feeds;
    private final Ground ground;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int runs;

    DropBed(Path directory, Feed... feeds) {
        this.feeds = List.of(feeds);
        this.work = WorkDirectory.open(directory.resolve("work"));
        this.ground = DuckDbGround.of(directory.resolve("warehouse.duckdb"), lake, work);
    }

    private DropBed(Path directory, Function<ObjectsInMemory, Ground> ground, Feed... feeds) {
        this.feeds = List.of(feeds);
        this.work = WorkDirectory.open(directory.resolve("work"));
        this.ground = ground.apply(lake);
    }

    /// With an account of Snowflake of its own.
    static DropBed onSnowflake(Path directory, Feed... feeds) {
        return new DropBed(directory, SnowflakeGround::of, feeds);
    }

    /// Where the tables are.
    private interface Ground extends AutoCloseable {
        Warehouse warehouse();

        DropWarehouse drops();

        Connection connection() throws SQLException;

        @Override
        void close() throws SQLException;
    }

    /// @param anchor keeps the database in this process, so that opening it again and again costs little
    private record DuckDbGround(Path file, Connection anchor, DuckDbWarehouse warehouse) implements Ground {
        static DuckDbGround of(Path file, ObjectsInMemory lake, WorkDirectory work) {
            try {
                Files.createDirectories(file.getParent());
                return new DuckDbGround(
                        file,
                        DriverManager.getConnection("jdbc:duckdb:" + file),
                        new DuckDbWarehouse(file, lake, work, 128L << 20, Duration.ofSeconds(10)));
            } catch (IOException | SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public DropWarehouse drops() {
            return warehouse.drops();
        }

        @Override
        public Connection connection() throws SQLException {
            return DriverManager.getConnection("jdbc:duckdb:" + file);
        }

        @Override
        public void close() throws SQLException {
            anchor.close();
        }
    }

    private record SnowflakeGround(SnowflakeAccount account, Warehouse warehouse, DropWarehouse drops)
            implements Ground {
        static SnowflakeGround of(ObjectsInMemory lake) {
            SnowflakeAccount account = new SnowflakeAccount(lake, "pos");
            return new SnowflakeGround(
                    account,
                    new SnowflakeWarehouse(account.config(), lake),
                    new SnowflakeDrops(account.config(), lake));
        }

        @Override
        public Connection connection() throws SQLException {
            return account.connection();
        }

        @Override
        public void close() {
            account.close();
        }
    }

    static Feed feed(String name, Feed.Mode mode) {
        return new Feed(
                name,
                new KeyPattern("drops/pos/**.csv"),
                new FileFormat.Csv(',', Optional.empty(), false, "UTF-8", ""),
                TableName.parse("pos." + name),
                COLUMNS,
                mode,
                Feed.OnNewColumn.REFUSE,
                new Feed.BadRows(0),
                Optional.empty());
    }

    /// Another configuration from now on.
    void configure(Feed... others) {
        feeds = List.of(others);
    }

    void drop(String key, String content) {
        lake.write(key, content);
    }

    ObjectsInMemory lake() {
        return lake;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /// Begins a run that ends only when it is taken through its steps.
    Execution begin() {
        return begin("run-%04d".formatted(++runs), JsonNodeFactory.instance.objectNode());
    }

    /// @param request the input of the execution
    Execution begin(String runId, JsonNode request) {
        return new Execution(runId, request);
    }

    TableLocks locks(String holder) {
        return wiring(holder).locks();
    }

    /// A run from its beginning to its end.
    DropReport receive() {
        return begin().end();
    }

    /// Runs until nothing is pending; fails if that takes many.
    DropReport settle() {
        for (int i = 0; i < 5; i++) {
            DropReport report = receive();
            assertThat(report.feeds()).as("%s", report).hasSameSizeAs(feeds);
            boolean idle = report.feeds().stream()
                    .allMatch(f -> f.status() == FeedResult.Status.SUCCEEDED
                            && f.found().pending() == 0);
            if (idle) {
                return report;
            }
        }
        throw new AssertionError("the feeds do not come to rest");
    }

    /// One run, a call of a stage per step. A failure is what the state machine makes of it.
    final class Execution {
        private final String runId;
        private final JsonNode request;
        private final Instant startedAt = now;
        private final DropStages stages;
        private final Deque<String> todo = new ArrayDeque<>(List.of("receive"));
        private final List<JsonNode> batches = new ArrayList<>();
        private int load;
        private boolean ended;
        private Optional<ObjectNode> failure = Optional.empty();

        private Execution(String runId, JsonNode request) {
            this.runId = runId;
            this.request = request;
            this.stages = new DropStages(wiring(runId));
        }

        /// Goes on until a stage is next.
        Execution until(String stage) {
            while (!stage.equals(todo.peek())) {
                assertThat(step()).as("comes to %s", stage).isTrue();
            }
            return this;
        }

        /// Calls a stage again, as if its answer had been lost.
        JsonNode again(String stage, ObjectNode input) {
            return stages.invoke(stage, input.put("run_id", runId));
        }

        String runId() {
            return runId;
        }

        /// The stage that is called next.
        String next() {
            return todo.element();
        }

        DropReport end() {
            while (step()) {
                // The stages do the work.
            }
            return report();
        }

        /// @return false once the run has ended
        boolean step() {
            if (ended) {
                return false;
            }
            String next = todo.remove();
            try {
                call(next);
            } catch (Failure e) {
                failed(next, e);
            }
            return !ended;
        }

        private void call(String next) {
            switch (next) {
                case "receive" -> {
                    JsonNode output = stages.invoke(
                            "receive",
                            input().put("started_at", startedAt.toString()).set("request", request));
                    if (output.path("next").asText().equals("wait")) {
                        todo.add("receive");
                        return;
                    }
                    Json.read(lake.read(Keys.fileBatches(runId)).orElseThrow().text(), JsonNode.class, "")
                            .forEach(batches::add);
                    batches.forEach(ignored -> todo.add("convert-files"));
                    todo.add(output.path("next").asText().equals("convert") ? "load-files" : "verify-files");
                }
                case "convert-files" -> stages.invoke(next, batches.removeFirst());
                case "load-files" -> {
                    JsonNode output = stages.invoke(next, input().put("step", load++));
                    todo.add(output.path("next").asText() + "-files");
                }
                case "verify-files" -> {
                    stages.invoke(next, withFailure(input()));
                    todo.add("report-files");
                }
                case "report-files" -> {
                    stages.invoke(next, withFailure(input().put("started_at", now.toString())));
                    ended = true;
                }
                default -> throw new IllegalStateException(next);
            }
        }

        private void failed(String where, Failure e) {
            switch (where) {
                case "convert-files" -> {}
                case "verify-files" -> todo.add("report-files");
                case "report-files" -> ended = true;
                default -> {
                    if (failure.isEmpty()) {
                        failure = Optional.of(JsonNodeFactory.instance
                                .objectNode()
                                .put("error", e.getClass().getName())
                                .put("cause", e.getMessage()));
                    }
                    todo.clear();
                    todo.add("verify-files");
                }
            }
        }

        private ObjectNode input() {
            return JsonNodeFactory.instance.objectNode().put("run_id", runId);
        }

        private ObjectNode withFailure(ObjectNode input) {
            failure.ifPresent(f -> input.set("failure", f));
            return input;
        }

        DropReport report() {
            return Json.read(lake.read(Keys.report(runId)).orElseThrow().text(), DropReport.class, runId);
        }
    }

    private DropWiring wiring(String runId) {
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        return new DropWiring(
                feeds,
                new Documents(lake),
                ground.warehouse(),
                ground.drops(),
                directory -> new SmallReader(),
                new TableLocks(lake, clock, runId, holder -> false),
                work,
                clock,
                Progress.NONE,
                Duration.ZERO,
                Duration.ofDays(30));
    }

    void execute(String sql) {
        try (Connection connection = ground.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// Rows of a query on the warehouse, columns joined by `|`.
    List<String> query(String sql) {
        try (Connection connection = ground.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join("|", row));
            }
            return found;
        } catch (SQLException e) {
            throw new DataMismatch(sql, e);
        }
    }

    @Override
    public void close() throws SQLException {
        work.close();
        ground.close();
    }
}
