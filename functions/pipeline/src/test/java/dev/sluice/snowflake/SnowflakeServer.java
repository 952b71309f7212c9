package dev.sluice.snowflake;

import java.security.PublicKey;
import java.sql.Connection;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A Snowflake account on the loopback, for the unmodified JDBC driver. Starts with the administrator
/// `ADMIN` (password `admin`), the warehouse `LOADING_WH` and the database `RETAIL`.
public final class SnowflakeServer implements AutoCloseable {
    public static final String ACCOUNT = "ACME";
    static final String VERSION = "9.30.0";

    /// A statement that was executed, as the client sent it.
    ///
    /// @param woke it needed a running warehouse
    public record Ran(String sql, long session, String queryId, String tag, boolean woke, Optional<String> error) {}

    private final Account account = new Account();
    private final Login login = new Login();
    private final Faults faults = new Faults();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "snowflake-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Protocol protocol = new Protocol(account, login, threads);
    private final HttpDoor door;

    private SnowflakeServer() {
        door = new HttpDoor(threads, protocol::answer, protocol::expire, faults);
        for (String role : List.of(Rights.ADMIN, "SYSADMIN", "SECURITYADMIN", "PUBLIC")) {
            account.catalog.add(new Thing(Thing.Type.ROLE, Name.of(role), Rights.ADMIN));
        }
        account.catalog.add(new Thing(Thing.Type.DATABASE, Name.of("RETAIL"), Rights.ADMIN));
        account.catalog.add(new Thing(Thing.Type.SCHEMA, Name.of("RETAIL", "PUBLIC"), Rights.ADMIN));
        account.catalog.add(new Thing(Thing.Type.WAREHOUSE, Name.of("LOADING_WH"), Rights.ADMIN));
        password("ADMIN", "admin");
    }

    public static SnowflakeServer start() {
        DriverLocale.withoutPlatformDetection();
        return new SnowflakeServer();
    }

    /// With database and warehouse, without user.
    public String jdbcUrl() {
        return "jdbc:snowflake://127.0.0.1:%d/?ssl=off&account=%s&db=RETAIL&schema=PUBLIC&warehouse=LOADING_WH"
                .formatted(door.port(), ACCOUNT.toLowerCase(Locale.ROOT));
    }

    /// A user with a key pair, whose role is ACCOUNTADMIN.
    public SnowflakeServer user(String name, PublicKey key) {
        return add(new Login.User(name.toUpperCase(Locale.ROOT), Rights.ADMIN, Optional.empty(), Optional.of(key)));
    }

    public SnowflakeServer password(String name, String password) {
        return add(
                new Login.User(name.toUpperCase(Locale.ROOT), Rights.ADMIN, Optional.of(password), Optional.empty()));
    }

    /// A user with a password and only one role, which must exist.
    public SnowflakeServer password(String name, String password, String role) {
        return add(new Login.User(name.toUpperCase(Locale.ROOT), role, Optional.of(password), Optional.empty()));
    }

    /// A user with a key pair and only one role, which must exist.
    public SnowflakeServer user(String name, PublicKey key, String role) {
        return add(new Login.User(name.toUpperCase(Locale.ROOT), role, Optional.empty(), Optional.of(key)));
    }

    private SnowflakeServer add(Login.User user) {
        login.add(user);
        account.catalog.add(new Thing(Thing.Type.USER, Name.of(user.name()), Rights.ADMIN));
        account.rights.add(new Rights.Membership(user.role(), user.name(), true));
        return this;
    }

    /// What `s3://name` is.
    public SnowflakeServer bucket(String name, Bucket bucket) {
        account.buckets.put(name, bucket);
        return this;
    }

    public Faults faults() {
        return faults;
    }

    /// HTTP requests so far, of any kind.
    public long requests() {
        return door.requests.get();
    }

    /// Every statement so far, in order.
    public List<Ran> statements() {
        return account.executions().stream()
                .sorted(Comparator.comparing(e -> e.id))
                .map(e -> new Ran(
                        e.sql, e.session.id, e.id, e.tag, e.woke, e.failure().map(Throwable::getMessage)))
                .toList();
    }

    /// Sessions that are open.
    public int sessions() {
        return account.sessions.size();
    }

    /// Transactions that are open.
    public int transactions() {
        return account.transactions().size();
    }

    /// After how long a request is answered with `in progress`.
    public void answersAfter(Duration time) {
        protocol.answersAfter = time;
    }

    /// How long tokens of later logins and renewals live.
    public void tokensLive(Duration session, Duration master) {
        protocol.tokensLive = session;
        protocol.masterTokensLive = master;
    }

    /// What the histories say that each computing statement cost; before, QUERY_HISTORY says NULL and
    /// QUERY_ATTRIBUTION_HISTORY 0.
    public void credits(double each) {
        account.credits = Optional.of(each);
    }

    /// The DuckDB that holds the rows, for a look at what is there.
    public Connection duckDb() {
        return account.store.connection();
    }

    @Override
    public void close() {
        door.close();
        threads.shutdownNow();
        account.sessions.values().forEach(s -> s.closed = true);
        account.store.close();
    }
}
