package dev.sluice.snowflake;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.duckdb.DuckDBFunctions;
import org.jspecify.annotations.Nullable;

/// The rows of all tables in one DuckDB in memory, one statement at a time. Every row carries the
/// transaction that inserted it (0 once committed) and the one that deleted it, so that a statement sees
/// what was committed before it began and what its own transaction did: READ COMMITTED, as Snowflake has
/// it, which DuckDB's own transactions are not.
final class Store implements AutoCloseable {
    static final String INSERTED = "\"$ins\"";
    static final String DELETED = "\"$del\"";

    /// Held while a statement runs and while the catalogue changes.
    final ReentrantLock lock = new ReentrantLock();

    private final Connection connection;
    private boolean inTransaction;
    private final AtomicReference<@Nullable SqlFailure> raised = new AtomicReference<>();

    Store() {
        try {
            connection = DriverManager.getConnection("jdbc:duckdb:");
            execute("SET threads = 2");
            execute("SET TimeZone = 'UTC'");
            register("sf_cast", Values::cast);
            register("sf_try_cast", Store::tryCast);
            register("sf_path", Variants::path);
            register("sf_parse_json", Variants::parse);
            register("sf_try_parse_json", Variants::tryParse);
            register("sf_typeof", Variants::typeOf);
            register("sf_product", Arithmetic::product);
            register("sf_quotient", Arithmetic::quotient);
            register("sf_hex_of", Values::hexOf);
            register("sf_hex", text -> Values.hex(text, SfType.BINARY));
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB does not start", e);
        }
    }

    Connection connection() {
        return connection;
    }

    private static @Nullable String tryCast(String text, String how) {
        try {
            return Values.cast(text, how);
        } catch (SqlFailure e) {
            return null;
        }
    }

    private void register(String name, BiFunction<String, String, @Nullable String> function) throws SQLException {
        try (var builder = DuckDBFunctions.scalarFunction()) {
            BiFunction<String, String, @Nullable String> guarded =
                    (a, b) -> a == null || b == null ? null : guarded(() -> function.apply(a, b));
            builder.withName(name)
                    .withParameters(String.class, String.class)
                    .withReturnType(String.class)
                    .withVolatile()
                    .withFunction(guarded)
                    .register(connection);
        }
    }

    private void register(String name, Function<String, @Nullable String> function) throws SQLException {
        try (var builder = DuckDBFunctions.scalarFunction()) {
            Function<String, @Nullable String> guarded = a -> a == null ? null : guarded(() -> function.apply(a));
            builder.withName(name)
                    .withParameters(String.class)
                    .withReturnType(String.class)
                    .withVolatile()
                    .withFunction(guarded)
                    .register(connection);
        }
    }

    /// DuckDB makes text of what a function throws; the failure itself waits here.
    private @Nullable String guarded(java.util.function.Supplier<@Nullable String> function) {
        try {
            return function.get();
        } catch (SqlFailure e) {
            raised.compareAndSet(null, e);
            throw e;
        }
    }

    long execute(String sql) {
        lock.lock();
        try (Statement statement = connection.createStatement()) {
            raised.set(null);
            statement.execute(sql);
            return Math.max(0, statement.getUpdateCount());
        } catch (SQLException e) {
            throw failure(e, sql);
        } finally {
            lock.unlock();
        }
    }

    List<List<@Nullable String>> query(String sql) {
        lock.lock();
        try (Statement statement = connection.createStatement()) {
            raised.set(null);
            try (ResultSet rows = statement.executeQuery(sql)) {
                int width = rows.getMetaData().getColumnCount();
                List<List<@Nullable String>> all = new ArrayList<>();
                while (rows.next()) {
                    List<@Nullable String> row = new ArrayList<>(width);
                    for (int i = 1; i <= width; i++) {
                        row.add(rows.getString(i));
                    }
                    all.add(row);
                }
                return all;
            }
        } catch (SQLException e) {
            throw failure(e, sql);
        } finally {
            lock.unlock();
        }
    }

    Rows rows(Source source) {
        return new Rows(source.columns(), query(source.rawSql()));
    }

    /// All or nothing of several statements.
    <T> T atomically(java.util.function.Supplier<T> work) {
        lock.lock();
        try {
            if (lock.getHoldCount() > 1 && inTransaction) {
                return work.get();
            }
            execute("BEGIN TRANSACTION");
            inTransaction = true;
            boolean done = false;
            try {
                T result = work.get();
                execute("COMMIT");
                done = true;
                return result;
            } finally {
                inTransaction = false;
                if (!done) {
                    execute("ROLLBACK");
                }
            }
        } finally {
            lock.unlock();
        }
    }

    long number(String sql) {
        List<List<@Nullable String>> rows = query(sql);
        String first = rows.isEmpty() ? null : rows.getFirst().getFirst();
        return first == null ? 0 : Long.parseLong(first);
    }

    /// Committed rows of a table; null if another session dropped it since it was found.
    @Nullable
    Long rows(Relation table) {
        try {
            return number("SELECT count(*) FROM %s WHERE %s = 0".formatted(table.duck(), INSERTED));
        } catch (SqlFailure failure) {
            if (String.valueOf(failure.getMessage()).contains(table.duck() + " does not exist")) {
                return null;
            }
            throw failure;
        }
    }

    private SqlFailure failure(SQLException e, String sql) {
        SqlFailure mine = raised.getAndSet(null);
        if (mine != null) {
            return mine;
        }
        String text = Optional.ofNullable(e.getMessage()).orElse("");
        if (text.contains("must appear in the GROUP BY") || text.contains("must be part of")) {
            return new SqlFailure(
                    "000979", "42601", "SQL compilation error:%nnot a valid group by expression".formatted());
        }
        if (text.contains("NULL result in a non-nullable column")) {
            return new SqlFailure("100072", "22000", "NULL result in a non-nullable column");
        }
        if (text.contains("Divide by zero") || text.contains("division by zero")) {
            return new SqlFailure("100051", "22012", "Division by zero");
        }
        if (text.contains("More than one row returned by a subquery")) {
            return new SqlFailure("100090", "22000", "Single-row subquery returns more than one row.");
        }
        if (text.contains("Overflow") || text.contains("Out of Range") || text.contains("out of range")) {
            return new SqlFailure("100132", "22003", "Number out of representable range: " + text);
        }
        SqlFailure failure = SqlFailure.unsupported(text + " in " + sql);
        failure.initCause(e);
        return failure;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB does not stop", e);
        }
    }
}
