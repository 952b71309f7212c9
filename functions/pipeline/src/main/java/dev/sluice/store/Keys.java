package dev.sluice.store;

import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Where every object of the lake lies (see docs/formats.md). All keys are relative to the lake's prefix.
public final class Keys {
    /// Longer segments end in a SHA-256: file systems allow 255 bytes a name, and `slice=` stands in
    /// front.
    static final int MAX_SEGMENT_BYTES = 150;

    private static final int KEPT_BYTES_OF_LONG_SEGMENT = 80;

    private static final List<String> OURS =
            List.of("runs/", "raw/", "lake/", "quarantine/", "ledger/", "locks/", "sessions/", "pace/", "baselines/");

    /// Where uploads in parts are ours: one that somebody has not finished under a drop prefix is theirs.
    public static final List<String> UPLOADED = List.of("raw/", "lake/", "quarantine/");

    private Keys() {}

    /// Whether Sluice writes there: no file that somebody else drops can have such a key.
    public static boolean isOurs(String key) {
        return OURS.stream().anyMatch(key::startsWith);
    }

    public static String run(String run) {
        return "runs/" + run + "/";
    }

    public static String request(String run) {
        return run(run) + "request.json";
    }

    public static String tables(String run) {
        return run(run) + "tables.json";
    }

    public static String report(String run) {
        return run(run) + "report.json";
    }

    public static String table(String run, TableName target) {
        return run(run) + segment(target.toString()) + "/";
    }

    public static String sync(String run, TableName target) {
        return table(run, target) + "sync.json";
    }

    public static String plan(String run, TableName target) {
        return table(run, target) + "plan.json";
    }

    public static String result(String run, TableName target) {
        return table(run, target) + "result.json";
    }

    public static String wave(String run, TableName target, int wave) {
        return table(run, target) + "%03d/".formatted(wave);
    }

    public static String batches(String run, TableName target, int wave, int round) {
        return wave(run, target, wave) + "batches-%d.json".formatted(round);
    }

    public static String batch(String run, TableName target, int wave, int batch) {
        return wave(run, target, wave) + "%05d.json".formatted(batch);
    }

    public static String receipt(String run, TableName target, int wave, int batch, String stage) {
        return wave(run, target, wave) + "%05d-%s.json".formatted(batch, stage);
    }

    /// Why the newest attempt at a batch failed; read only where there is no receipt.
    public static String batchFailure(String run, TableName target, int wave, int batch) {
        return wave(run, target, wave) + "%05d-failure.json".formatted(batch);
    }

    public static String loadReceipt(String run, TableName target, int wave) {
        return wave(run, target, wave) + "load.json";
    }

    /// The wave as Snowflake reads it, see docs/formats.md.
    public static String manifest(String run, TableName target, int wave) {
        return wave(run, target, wave) + "manifest.jsonl";
    }

    /// Ids of the statements that load a wave, so that a later attempt goes on waiting for them.
    public static String statements(String run, TableName target, int wave) {
        return wave(run, target, wave) + "statements.json";
    }

    /// The warehouse session that may hold the lock of a table.
    public static String warehouseSession(TableName target) {
        return "sessions/" + segment(target.toString()) + ".json";
    }

    private static final String PUBLISHING = ".publishing.json";

    /// Where the mirrors of the ledger are, and more.
    public static final String LEDGER = "ledger/";

    /// Records of runs that left the warehouse asleep.
    public static final String PENDING_RUNS = LEDGER + "pending-runs/";

    /// Where the mirrors of the ledger of files are.
    private static final String LEDGER_OF_FILES = LEDGER + "files/";

    public static String fileLedger(TableName target) {
        return LEDGER_OF_FILES + segment(target.toString()) + ".json";
    }

    /// Written before a publish of files commits, deleted once the mirror agrees again.
    public static String filePublishMarker(TableName target) {
        return LEDGER_OF_FILES + segment(target.toString()) + PUBLISHING;
    }

    /// How feeds stand.
    public static final String FEEDS = LEDGER + "feeds/";

    public static String feedStanding(String feed) {
        return FEEDS + segment(feed) + ".json";
    }

    public static String pendingRun(String run) {
        return PENDING_RUNS + run + ".json";
    }

    /// What a run was asked to do with files that others drop.
    public static String dropRequest(String run) {
        return run(run) + "receive.json";
    }

    /// Item list of every batch of files of a run.
    public static String fileBatches(String run) {
        return run(run) + "batches.json";
    }

    /// The waves of every feed of a run, in the order in which they are published.
    public static String fileWaves(String run) {
        return run(run) + "waves.json";
    }

    public static String feed(String run, TableName target) {
        return table(run, target) + "feed.json";
    }

    /// A tree of old files against the table.
    public static String historyCheck(String run, TableName target) {
        return table(run, target) + "history.json";
    }

    /// Why a feed's files were not published.
    public static String feedFailure(String run, TableName target) {
        return table(run, target) + "failure.json";
    }

    /// The unchanged copy of a dropped file, named by its content.
    public static String original(TableName target, String key, String sha256) {
        return rawTable(target) + "file=" + segment(key) + "/sha256=" + sha256 + "/"
                + segment(key.substring(key.lastIndexOf('/') + 1));
    }

    /// Where an attempt puts what it made of a dropped file.
    public static String fileAttempt(String key, String run, String attempt) {
        return "file=" + segment(key) + "/run=" + run + "/attempt=" + attempt + "/";
    }

    public static String quarantine(String feed) {
        return "quarantine/" + segment(feed) + "/";
    }

    public static String lock(TableName target) {
        return "locks/" + segment(target.toString()) + ".json";
    }

    public static String ledger(TableName target) {
        return LEDGER + segment(target.toString()) + ".json";
    }

    /// Whether a key under [#LEDGER] is that of a table's mirror.
    public static boolean isLedger(String key) {
        return !key.startsWith(PENDING_RUNS)
                && !key.startsWith(FEEDS)
                && !key.startsWith(LEDGER_OF_FILES)
                && !key.endsWith(PUBLISHING);
    }

    /// Written before a publish commits, deleted once the mirror agrees again.
    public static String publishMarker(TableName target) {
        return LEDGER + segment(target.toString()) + PUBLISHING;
    }

    /// How fast the table went, see [dev.sluice.plan.Pace].
    public static String pace(TableName target) {
        return "pace/" + segment(target.toString()) + ".json";
    }

    /// What the source's counters said when the table was last in step.
    public static String baseline(TableName target) {
        return "baselines/" + segment(target.toString()) + ".json";
    }

    /// A baseline that becomes the table's if the run brings it in step.
    public static String baselineOfRun(String run, TableName target) {
        return table(run, target) + "baseline.json";
    }

    public static String rawTable(TableName target) {
        return "raw/" + segment(target.toString()) + "/";
    }

    public static String lakeTable(TableName target) {
        return "lake/" + segment(target.toString()) + "/";
    }

    public static String attempt(String sliceSegment, String run, String attempt) {
        return "slice=" + sliceSegment + "/run=" + run + "/attempt=" + attempt + "/";
    }

    /// Whether an object of a slice was written by this run.
    public static boolean isOfRun(String key, String run) {
        return key.contains("/run=" + run + "/");
    }

    /// A slice as a key segment. Segments of different slices differ, but perhaps only by case.
    public static String segment(Slice slice) {
        return segment(slice.encoded());
    }

    /// The form for slices whose segments differ only by case: some file systems would take them for one.
    public static String distinctSegment(Slice slice) {
        return shortened(escape(slice.encoded()), slice.encoded());
    }

    /// Percent-escapes all but unreserved characters (RFC 3986), in UTF-8; a long segment ends in a
    /// SHA-256.
    public static String segment(String text) {
        String escaped = escape(text);
        return escaped.length() <= MAX_SEGMENT_BYTES ? escaped : shortened(escaped, text);
    }

    public static String caseFolded(String segment) {
        return segment.toLowerCase(Locale.ROOT);
    }

    private static String shortened(String escaped, String text) {
        int end = Math.min(escaped.length(), KEPT_BYTES_OF_LONG_SEGMENT);
        int escape = escaped.lastIndexOf('%', end - 1);
        if (escape > end - 3 && escape >= 0 && end < escaped.length()) {
            end = escape;
        }
        return escaped.substring(0, end) + "~" + sha256(text);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (unreserved || c == '-' || c == '_' || c == '.') {
                escaped.append(c);
            } else {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return escaped.toString();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
