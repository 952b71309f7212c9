package dev.sluice.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The server as the connected role meets it.
///
/// @param version              as it calls itself, such as `14.22`
/// @param greenplum            the version of Greenplum or what is made from it; empty for PostgreSQL
/// @param role                 who is connected
/// @param superuser            the role passes every check of rights
/// @param mayBypassRowSecurity the role sees all rows whatever the policies say
/// @param standby              a replica, which reads only
/// @param hotStandbyFeedback   the replica tells the primary which rows it still reads
/// @param standbyDelay         how long the replica waits for a query before it cancels it; negative: for
///                             ever
/// @param maxConnections       of the server
/// @param reserved             of them, kept for superusers and the like
/// @param connections          open now, ours not counted
/// @param roleLimit            most connections of the role; −1 for no limit of its own
/// @param roleConnections      open now by the role, ours not counted
/// @param databaseLimit        most connections to the database; −1 for no limit of its own
/// @param databaseConnections  open now to the database, ours not counted
/// @param statementTimeout     with which the role's sessions begin; zero for none
/// @param idleTimeout          idle_in_transaction_session_timeout, likewise
/// @param countsChanges        `track_counts` is on
/// @param exportsSnapshots     a snapshot was handed out
/// @param connecting           time from the first byte to a session that answers
/// @param clock                the server's clock
/// @param clockAhead           the server's clock less ours, as exact as the answer was quick
public record ServerFacts(
        String version,
        Optional<String> greenplum,
        String role,
        boolean superuser,
        boolean mayBypassRowSecurity,
        boolean standby,
        boolean hotStandbyFeedback,
        Duration standbyDelay,
        int maxConnections,
        int reserved,
        int connections,
        int roleLimit,
        int roleConnections,
        int databaseLimit,
        int databaseConnections,
        Duration statementTimeout,
        Duration idleTimeout,
        boolean countsChanges,
        boolean exportsSnapshots,
        Duration connecting,
        Instant clock,
        Duration clockAhead) {}
