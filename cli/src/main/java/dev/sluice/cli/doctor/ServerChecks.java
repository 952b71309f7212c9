package dev.sluice.cli.doctor;

import dev.sluice.source.Pooling;
import dev.sluice.source.ServerFacts;
import java.time.Duration;
import java.util.Locale;

/// What the server, its settings and what stands before it mean for a sync. Facts to findings, without
/// asking anybody.
final class ServerChecks {
    /// Above it time slices of today may be cut at another day than the source's; no other part of
    /// Sluice compares the two clocks.
    static final Duration CLOCKS_APART = Duration.ofSeconds(5);

    /// A connection that takes longer is felt on every table.
    static final Duration SLOW_CONNECTION = Duration.ofSeconds(2);

    private final Findings findings;
    private final int wanted;

    /// @param wanted `source.max_connections`
    ServerChecks(Findings findings, int wanted) {
        this.findings = findings;
        this.wanted = wanted;
    }

    void server(ServerFacts server) {
        reached(server);
        role(server);
        connections(server);
        standby(server);
        timeouts(server);
        snapshots(server);
        counters(server);
        clock(server);
    }

    private void reached(ServerFacts server) {
        String says = "%s %s answers after %d ms"
                .formatted(
                        server.greenplum().isPresent() ? server.greenplum().get() + ", PostgreSQL" : "PostgreSQL",
                        server.version(),
                        server.connecting().toMillis());
        if (server.greenplum().isPresent()) {
            findings.warn("source", says, "Greenplum is foreseen and has not been tried: begin with a small table");
        } else if (server.connecting().compareTo(SLOW_CONNECTION) > 0) {
            findings.warn("source", says, "look at the network, DNS and a pooler between here and the source");
        } else {
            findings.ok("source", says);
        }
    }

    private void role(ServerFacts server) {
        if (server.superuser()) {
            findings.warn(
                    "role",
                    server.role() + " is a superuser, and SELECT is all that Sluice needs",
                    "CREATE ROLE sluice LOGIN; GRANT SELECT ON … TO sluice; and name it as source.user");
        } else {
            findings.ok("role", server.role() + (server.mayBypassRowSecurity() ? ", bypasses row-level security" : ""));
        }
    }

    private void connections(ServerFacts server) {
        int usable = server.maxConnections() - (server.superuser() ? 0 : server.reserved());
        int free = usable - server.connections();
        String says = "max_connections %d, %d reserved, %d open now; Sluice opens up to %d"
                .formatted(server.maxConnections(), server.reserved(), server.connections(), wanted);
        if (limited("role", server.role(), server.roleLimit(), server.roleConnections(), server.superuser())
                || limited("database", "", server.databaseLimit(), server.databaseConnections(), server.superuser())) {
            return;
        }
        if (usable < wanted) {
            findings.fail(
                    "connections",
                    says,
                    "set source.max_connections to %d or less, or raise max_connections of the server"
                            .formatted(Math.max(1, usable)));
        } else if (free < wanted) {
            findings.warn(
                    "connections",
                    says + "; now only %d are free".formatted(Math.max(0, free)),
                    "set source.max_connections to %d, or sync when the source is less busy"
                            .formatted(Math.max(1, free)));
        } else {
            findings.ok("connections", says);
        }
    }

    /// Whether there is a limit that is in the way.
    private boolean limited(String kind, String name, int limit, int open, boolean exempt) {
        if (limit < 0 || exempt || limit - open >= wanted) {
            return false;
        }
        String says = "the %s has CONNECTION LIMIT %d, %d open now; Sluice opens up to %d"
                .formatted(kind, limit, open, wanted);
        String toDo = "ALTER %s %s CONNECTION LIMIT %d; or set source.max_connections to %d"
                .formatted(
                        kind.toUpperCase(Locale.ROOT),
                        name.isEmpty() ? "…" : Tables.identifier(name),
                        open + wanted,
                        Math.max(1, Math.min(limit, limit - open)));
        if (limit < wanted) {
            findings.fail("connections", says, toDo);
        } else {
            findings.warn("connections", says, toDo);
        }
        return true;
    }

    private void standby(ServerFacts server) {
        if (!server.standby()) {
            findings.ok("primary", "the server is a primary");
            return;
        }
        if (server.hotStandbyFeedback() || server.standbyDelay().isNegative()) {
            findings.ok(
                    "standby",
                    "a standby with %s: it lets a long query end"
                            .formatted(
                                    server.hotStandbyFeedback()
                                            ? "hot_standby_feedback = on"
                                            : "max_standby_streaming_delay = -1"));
        } else {
            findings.warn(
                    "standby",
                    "a standby that cancels a query which stands in the way of the primary's changes for %d s"
                            .formatted(server.standbyDelay().toSeconds()),
                    "on the standby: hot_standby_feedback = on, or max_standby_streaming_delay above the time of the"
                            + " longest read; or consistency: slice, which reads in shorter pieces");
        }
    }

    private void timeouts(ServerFacts server) {
        StringBuilder says = new StringBuilder();
        if (!server.statementTimeout().isZero()) {
            says.append("statement_timeout %s".formatted(seconds(server.statementTimeout())));
        }
        if (!server.idleTimeout().isZero()) {
            says.append(says.isEmpty() ? "" : " and ")
                    .append("idle_in_transaction_session_timeout %s".formatted(seconds(server.idleTimeout())));
        }
        findings.ok(
                "timeouts",
                says.isEmpty() ? "none for this role" : says + " for this role; Sluice's transactions set their own");
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }

    private void snapshots(ServerFacts server) {
        if (server.exportsSnapshots()) {
            findings.ok("snapshots", "several connections can read one snapshot");
        } else {
            findings.warn(
                    "snapshots",
                    "the server hands out no snapshots",
                    "set consistency: slice under defaults, or source.max_connections: 1");
        }
    }

    private void counters(ServerFacts server) {
        if (server.countsChanges()) {
            findings.ok("counters", "track_counts is on");
        } else {
            findings.warn(
                    "counters",
                    "track_counts is off: the server does not count changes, so a table that nobody touched cannot be"
                            + " told by its counters, and autovacuum does not run",
                    "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf()");
        }
    }

    private void clock(ServerFacts server) {
        String apart = seconds(server.clockAhead().abs());
        if (server.clockAhead().abs().compareTo(CLOCKS_APART) <= 0) {
            findings.ok("clock", "within %s of the source's".formatted(apart));
        } else {
            findings.warn(
                    "clock",
                    "the source's clock is %s %s of this machine's"
                            .formatted(apart, server.clockAhead().isNegative() ? "behind" : "ahead"),
                    "let both follow NTP (timedatectl set-ntp true)");
        }
    }

    void pooling(Pooling seen) {
        if (seen.transaction()) {
            findings.warn(
                    "pooler",
                    "a pooler hands out server connections for a transaction at a time: two open connections were"
                            + " served by one process",
                    "Sluice keeps to single transactions, so this works; its pool must hold %d server connections for"
                                    .formatted(wanted)
                            + " this role, and query_timeout and idle_transaction_timeout of the pooler must be off"
                            + " or above the longest read. A direct connection is simpler");
        } else if (seen.between()) {
            findings.warn(
                    "pooler",
                    "something answers in the server's place: the process id that was announced is not the one that"
                            + " answers; a pooler by session, or a proxy",
                    "its pool must hold %d server connections for this role, and its timeouts must be above the"
                                    .formatted(wanted)
                            + " longest read. A direct connection is simpler");
        } else if (!seen.keepsNames()) {
            findings.warn(
                    "pooler",
                    "application_name does not arrive at the server, as behind some poolers",
                    "nothing has to be done; pg_stat_activity will not show which table a connection reads");
        } else {
            findings.ok("pooler", "none seen");
        }
    }
}
