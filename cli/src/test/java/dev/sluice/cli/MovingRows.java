package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// The table `public.t` and a writer that never rests: each of its transactions moves one row to another
/// slice and an amount from that row to a second one. Ids stay unique, the total stays the same, and
/// because every transaction is written down and leaves its number in the rows, any state of the past can
/// be told again.
///
/// Columns: `id`, `k` (slice), `at` (the same as a day), `v` (amount), `n` (number of the last
/// transaction).
final class MovingRows implements AutoCloseable {
    static final int ROWS = 120;
    static final int SLICES = 12;
    private static final int AMOUNT = 1000;
    private static final long WAIT_SECONDS = 20;

    /// Leaves the machine to the run.
    private static final long PAUSE_NANOS = 500_000;

    /// One row as both ends print it.
    record Row(int id, int k, long v, int n) {}

    private record Move(int row, int slice, int other, int amount) {}

    private final Bed bed;
    private final List<Move> moves = new ArrayList<>();
    private final Random random = new Random(7);
    private final Thread thread;
    private volatile boolean stopped;
    private volatile String failure = "";

    private MovingRows(Bed bed) {
        this.bed = bed;
        this.thread = new Thread(this::write, "writer");
    }

    static void create(Bed bed) {
        bed.execute(
                "CREATE TABLE t (id int PRIMARY KEY, k int NOT NULL, at date NOT NULL, v bigint NOT NULL, n int NOT NULL)",
                "INSERT INTO t SELECT id, id %% %d, date '2024-01-01' + id %% %d, %d, 0 FROM generate_series(0, %d) id"
                        .formatted(SLICES, SLICES, AMOUNT, ROWS - 1));
    }

    static MovingRows start(Bed bed) {
        MovingRows rows = new MovingRows(bed);
        rows.thread.start();
        return rows;
    }

    private void write() {
        String sql = "UPDATE t SET k = CASE WHEN id = ? THEN ? ELSE k END,"
                + " at = CASE WHEN id = ? THEN date '2024-01-01' + ? ELSE at END,"
                + " v = v + CASE WHEN id = ? THEN ? ELSE ? END, n = ? WHERE id IN (?, ?)";
        try (Connection connection = bed.source().connection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            while (!stopped) {
                Move move = next();
                int number;
                synchronized (moves) {
                    number = moves.size() + 1;
                }
                int[] values = {
                    move.row,
                    move.slice,
                    move.row,
                    move.slice,
                    move.row,
                    -move.amount,
                    move.amount,
                    number,
                    move.row,
                    move.other
                };
                for (int i = 0; i < values.length; i++) {
                    statement.setInt(i + 1, values[i]);
                }
                statement.executeUpdate();
                LockSupport.parkNanos(PAUSE_NANOS);
                synchronized (moves) {
                    moves.add(move);
                    moves.notifyAll();
                }
            }
        } catch (SQLException e) {
            failure = String.valueOf(e.getMessage());
        }
    }

    private Move next() {
        int row = random.nextInt(ROWS);
        return new Move(row, random.nextInt(SLICES), (row + 1 + random.nextInt(ROWS - 1)) % ROWS, random.nextInt(50));
    }

    /// Waits until the writer has changed the table some more.
    void waitForMore() throws InterruptedException {
        long end = System.nanoTime() + WAIT_SECONDS * 1_000_000_000L;
        synchronized (moves) {
            int enough = moves.size() + 25;
            while (moves.size() < enough) {
                assertThat(failure).isEmpty();
                assertThat(System.nanoTime()).as("the writer stands still").isLessThan(end);
                moves.wait(100);
            }
        }
    }

    /// Rows of the warehouse, per slice.
    static Map<Integer, List<Row>> published(Bed bed) {
        Map<Integer, List<Row>> slices = new TreeMap<>();
        bed.query("SELECT id || ' ' || k || ' ' || v || ' ' || n FROM public.t ORDER BY id")
                .forEach(text -> {
                    String[] parts = text.split(" ", -1);
                    Row row = new Row(
                            Integer.parseInt(parts[0]),
                            Integer.parseInt(parts[1]),
                            Long.parseLong(parts[2]),
                            Integer.parseInt(parts[3]));
                    slices.computeIfAbsent(row.k, k -> new ArrayList<>()).add(row);
                });
        return slices;
    }

    /// Proves that the warehouse holds the table as it was between two transactions of the writer.
    void assertOneState(Bed bed) {
        Map<Integer, List<Row>> published = published(bed);
        List<Row> rows = published.values().stream().flatMap(List::stream).toList();
        assertThat(rows.stream().map(Row::id)).as("ids").hasSize(ROWS).doesNotHaveDuplicates();
        assertThat(rows.stream().mapToLong(Row::v).sum()).as("total").isEqualTo((long) ROWS * AMOUNT);
        int newest = rows.stream().mapToInt(Row::n).max().orElseThrow();
        assertThat(published).isEqualTo(history(newest).getLast());
    }

    /// Proves that every slice of the warehouse is that slice as it was between two transactions of the
    /// writer.
    void assertEverySliceWasTrueOnce(Bed bed) {
        Map<Integer, List<Row>> published = published(bed);
        List<Map<Integer, List<Row>>> history;
        synchronized (moves) {
            history = history(moves.size());
        }
        for (int k = 0; k < SLICES; k++) {
            List<Row> slice = published.getOrDefault(k, List.of());
            int number = k;
            assertThat(history)
                    .as("slice %d, published as %s", k, slice)
                    .anyMatch(state -> state.getOrDefault(number, List.of()).equals(slice));
        }
    }

    /// Every state from the first to the one after `last` transactions.
    private List<Map<Integer, List<Row>>> history(int last) {
        Map<Integer, Row> now = new HashMap<>();
        for (int id = 0; id < ROWS; id++) {
            now.put(id, new Row(id, id % SLICES, AMOUNT, 0));
        }
        List<Map<Integer, List<Row>>> states = new ArrayList<>(List.of(bySlice(now)));
        for (int n = 1; n <= last; n++) {
            Move move;
            synchronized (moves) {
                move = moves.get(n - 1);
            }
            int number = n;
            now.computeIfPresent(move.row, (id, row) -> new Row(id, move.slice, row.v - move.amount, number));
            now.computeIfPresent(move.other, (id, row) -> new Row(id, row.k, row.v + move.amount, number));
            states.add(bySlice(now));
        }
        return states;
    }

    private static Map<Integer, List<Row>> bySlice(Map<Integer, Row> rows) {
        Map<Integer, List<Row>> slices = new TreeMap<>();
        for (int id = 0; id < ROWS; id++) {
            Row row = rows.get(id);
            if (row != null) {
                slices.computeIfAbsent(row.k, k -> new ArrayList<>()).add(row);
            }
        }
        return slices;
    }

    /// Ends the writer after its last transaction.
    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        assertThat(failure).isEmpty();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Empties the table and fills it with other rows in one transaction, as many loaders do.
    static void truncateAndReload(Bed bed, int amount) throws SQLException {
        try (Connection connection = bed.source().connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("TRUNCATE t");
            statement.execute(
                    "INSERT INTO t SELECT id, id %% %d, date '2024-01-01' + id %% %d, %d, 0 FROM generate_series(0, %d) id"
                            .formatted(SLICES, SLICES, amount, ROWS - 1));
            connection.commit();
        }
    }
}
