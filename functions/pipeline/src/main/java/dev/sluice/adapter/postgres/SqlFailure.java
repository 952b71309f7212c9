package dev.sluice.adapter.postgres;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.SourceUnavailable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Who has to act on an error of the server. Its own words are passed on only for classes of errors that
/// speak of objects, rights and connections; others may hold values of rows, so neither their text nor
/// the exception is.
final class SqlFailure {
    /// Connection, resources, operator intervention, rollback (recovery conflicts among them),
    /// transaction state, system, snapshot too old.
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "40", "25", "58", "72");

    /// Object in use, lock not available.
    private static final Set<String> PASSING_STATES = Set.of("55006", "55P03");

    /// Access rules and names, catalogue, schema, feature, object not ready (a materialised view without
    /// rows).
    private static final Set<String> REQUEST_CLASSES = Set.of("42", "3D", "3F", "0A", "2B", "55");

    private static final String CANCELLED = "57014";
    private static final String NOT_ALLOWED = "42501";

    private SqlFailure() {}

    /// @param user    who is connected
    /// @param timeout limit of one statement
    /// @param elapsed how long the statement ran
    static RuntimeException of(
            SQLException error, Operation operation, String user, Duration timeout, Duration elapsed) {
        String state = error.getSQLState();
        if (state == null || state.length() < 2 || hasIoCause(error)) {
            return new SourceUnavailable(
                    "%s: the connection to the source broke: %s".formatted(operation.doing(), words(error)), error);
        }
        if (state.equals(CANCELLED)) {
            return cancelled(error, operation, timeout, elapsed);
        }
        if (state.equals(NOT_ALLOWED)) {
            return notAllowed(error, operation, user);
        }
        String kind = state.substring(0, 2);
        if (isLoginRefused(error)) {
            return new InvalidRequest(
                    "%s: the source does not let %s in (%s): check source.user, source.password and the server's pg_hba.conf"
                            .formatted(operation.doing(), user, words(error)),
                    error);
        }
        if (PASSING_CLASSES.contains(kind) || PASSING_STATES.contains(state)) {
            return new SourceUnavailable("%s: %s".formatted(operation.doing(), words(error)), error);
        }
        if (REQUEST_CLASSES.contains(kind)) {
            return new InvalidRequest("%s: %s".formatted(operation.doing(), words(error)), error);
        }
        return silent(state, operation);
    }

    static boolean isLoginRefused(SQLException error) {
        return String.valueOf(error.getSQLState()).startsWith("28");
    }

    private static RuntimeException cancelled(
            SQLException error, Operation operation, Duration timeout, Duration elapsed) {
        if (words(error).contains("statement timeout") || elapsed.compareTo(timeout) >= 0) {
            return new LimitExceeded(
                    "%s: not done within statement_timeout of %d s: give the run more time, smaller slices or an index on slice_by"
                            .formatted(operation.doing(), timeout.toSeconds()),
                    error);
        }
        return new SourceUnavailable("%s: cancelled by somebody at the source".formatted(operation.doing()), error);
    }

    private static RuntimeException notAllowed(SQLException error, Operation operation, String user) {
        ServerErrorMessage message = message(error);
        if (message != null && "check_enable_rls".equals(message.getRoutine())) {
            return rowSecurity(operation, user);
        }
        String grant = operation
                .table()
                .map(table -> "GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s"
                        .formatted(
                                Sql.identifier(table.schema()),
                                Sql.identifier(user),
                                Sql.table(table),
                                Sql.identifier(user)))
                .orElse("grant the right to " + user);
        return new InvalidRequest("%s: %s: %s".formatted(operation.doing(), words(error), grant), error);
    }

    static InvalidRequest rowSecurity(Operation operation, String user) {
        return new InvalidRequest(
                "%s: row-level security would hide rows from %s, and a copy without them would look complete: ALTER ROLE %s BYPASSRLS, or leave the table out"
                        .formatted(operation.doing(), user, Sql.identifier(user)));
    }

    private static RuntimeException silent(String state, Operation operation) {
        String text = "%s: SQLSTATE %s; the server's words are left out because they may hold values of rows"
                .formatted(operation.doing(), state);
        if (operation.ofOurRequest()) {
            return new InvalidRequest(text + "; slice_by may fail on some row: make it an expression that cannot");
        }
        return new DataMismatch(text);
    }

    /// The primary message only: details and hints often hold values.
    private static String words(SQLException error) {
        ServerErrorMessage message = message(error);
        String words = message == null ? error.getMessage() : message.getMessage();
        return words == null ? "no message" : words;
    }

    private static @Nullable ServerErrorMessage message(SQLException error) {
        return error instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    }

    private static boolean hasIoCause(Throwable error) {
        for (Throwable at = error.getCause(); at != null; at = at.getCause()) {
            if (at instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
