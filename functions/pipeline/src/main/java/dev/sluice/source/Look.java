package dev.sluice.source;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What the source's own counters and files said of a table at one moment. Two looks are compared; one
/// alone says nothing.
///
/// @param at       the source's clock
/// @param server   names this start of this server, and the database; what is counted or numbered before
///                 and after a change of it cannot be compared, nor after a crash
/// @param counting changes whenever counters may have been set back, or counting may have been off
/// @param instant  which transactions had ended; equal when none ended in between
/// @param table    object id of the table
/// @param bytes    of all files
/// @param files    of the table and of all its partitions and children, by object id
public record Look(
        Instant at, String server, String counting, String instant, long table, long bytes, List<File> files) {
    /// So long after a commit its rows are in the counters, unless its session has been at work all the
    /// time. PostgreSQL: 60 s (`PGSTAT_MAX_INTERVAL`), 10 s more for a session that went idle just before
    /// (`PGSTAT_IDLE_INTERVAL`), and room for a slow machine.
    public static final Duration COUNTED_AFTER = Duration.ofSeconds(75);

    /// @param node what the relation's file is called; changes when it is truncated or rewritten
    public record File(long table, long node, long inserted, long updated, long deleted) {}

    public Look {
        files = List.copyOf(files);
    }

    /// No transaction that wrote anything, anywhere on the server, ended between the two looks.
    public boolean nothingEndedSince(Look earlier) {
        return sameServer(earlier) && table == earlier.table && instant.equals(earlier.instant);
    }

    /// Nobody was counted as writing to the table between the two looks. What was committed shortly before
    /// this one may not be counted yet, see [Sight.Seen#uncounted].
    public boolean sameCounts(Look earlier) {
        return sameServer(earlier)
                && counting.equals(earlier.counting)
                && table == earlier.table
                && files.equals(earlier.files);
    }

    public boolean sameServer(Look other) {
        return server.equals(other.server);
    }

    public Look withInstant(String newer) {
        return new Look(at, server, counting, newer, table, bytes, files);
    }
}
