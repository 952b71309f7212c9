package dev.sluice.cli;

import dev.sluice.cli.aws.MapCounts;
import dev.sluice.cli.aws.Sight;
import dev.sluice.machine.Listener;
import dev.sluice.model.TableName;
import dev.sluice.run.FailureText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// How far a run is, on standard error: one line that renews itself on a terminal, a plain line now and
/// then elsewhere.
final class ProgressDisplay implements Sight, AutoCloseable {
    private static final long TERMINAL_MILLIS = 200;
    private static final long PLAIN_MILLIS = 10_000;
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintWriter err;
    private final boolean terminal;
    private final ScheduledExecutorService ticker;
    private final ScheduledFuture<?> ticking;
    private final long startNanos = System.nanoTime();
    private final AtomicLong tables = new AtomicLong();
    private final AtomicLong tablesDone = new AtomicLong();
    private final AtomicLong slices = new AtomicLong();
    private final AtomicLong slicesDone = new AtomicLong();
    private final AtomicLong rowsPlanned = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile MapCounts tablesElsewhere = MapCounts.NONE;
    private volatile MapCounts batchesElsewhere = MapCounts.NONE;

    /// @param terminal the writer ends on a screen that understands escape sequences
    ProgressDisplay(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
        this.ticker = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "progress");
            thread.setDaemon(true);
            return thread;
        });
        long period = terminal ? TERMINAL_MILLIS : PLAIN_MILLIS;
        this.ticking = ticker.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
    }

    /// Says aloud that a stage failed and is tried again: a wait without a word looks like a hang.
    Listener retries() {
        return new Listener() {
            @Override
            public void retrying(String path, String error, String cause, int retry, Duration delay) {
                String simple = error.substring(error.lastIndexOf('.') + 1);
                warn("%s: %s; attempt %d follows in %s: %s"
                        .formatted(
                                path,
                                simple,
                                retry + 1,
                                Numbers.seconds(delay.toMillis() / 1000.0),
                                FailureText.of(error, cause)));
            }
        };
    }

    private synchronized void warn(String line) {
        err.println((terminal ? CLEAR_LINE : "") + line);
        err.flush();
    }

    /// The launcher says whether standard error is a terminal.
    static boolean onTerminal() {
        return "1".equals(System.getenv("SLUICE_TTY")) && System.getenv("NO_COLOR") == null;
    }

    @Override
    public void planned(TableName target, int keep, int replace, int remove, long rowCount, long byteCount) {
        tables.incrementAndGet();
        slices.addAndGet(replace + (long) remove);
        rowsPlanned.addAndGet(rowCount);
        sayPlain("%s: %s to replace, %s to remove, %s unchanged"
                .formatted(target, Numbers.count(replace), Numbers.count(remove), Numbers.count(keep)));
    }

    @Override
    public void read(TableName target, long rowCount, long byteCount) {
        rows.addAndGet(rowCount);
        bytes.addAndGet(byteCount);
    }

    @Override
    public void published(TableName target, int sliceCount, long rowCount) {
        slicesDone.addAndGet(sliceCount);
    }

    @Override
    public void finished(TableName target, String status) {
        tablesDone.incrementAndGet();
    }

    @Override
    public void running(MapCounts tableCounts, MapCounts batchCounts) {
        tablesElsewhere = tableCounts;
        batchesElsewhere = batchCounts;
    }

    @Override
    public void say(String line) {
        warn("sluice: " + line);
    }

    /// A line that stays, above the one that renews itself.
    private synchronized void sayPlain(String line) {
        if (!terminal) {
            err.println(line);
        }
    }

    private synchronized void tick() {
        if (terminal) {
            err.print(CLEAR_LINE + line());
            err.flush();
        } else {
            err.println(line());
        }
    }

    private String line() {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long rate = (long) (rows.get() / Math.max(seconds, 0.001));
        StringBuilder line = new StringBuilder("%d/%d tables · %s/%s slices · %s rows · %s · %s rows/s"
                .formatted(
                        Math.max(tablesDone.get(), tablesElsewhere.done()),
                        Math.max(tables.get(), tablesElsewhere.total()),
                        Numbers.count(slicesDone.get()),
                        Numbers.count(slices.get()),
                        Numbers.count(rows.get()),
                        Numbers.bytes(bytes.get()),
                        Numbers.count(rate)));
        if (batchesElsewhere.total() > 0) {
            line.append(" · batches %s/%s, %s running"
                    .formatted(
                            Numbers.count(batchesElsewhere.done()),
                            Numbers.count(batchesElsewhere.total()),
                            Numbers.count(batchesElsewhere.running())));
        }
        long left = rowsPlanned.get() - rows.get();
        if (left > 0 && rate > 0) {
            line.append(" · about ")
                    .append(Duration.ofSeconds(left / rate + 1).toSeconds())
                    .append(" s left");
        }
        return line.toString();
    }

    @Override
    public void close() {
        ticking.cancel(false);
        ticker.shutdownNow();
        synchronized (this) {
            if (terminal) {
                err.print(CLEAR_LINE);
                err.flush();
            }
        }
    }
}
