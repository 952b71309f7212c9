package dev.sluice.adapter.snowflake;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.model.WarehouseUnavailable;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an error of Snowflake or of its driver means for whoever reads it. Only texts that hold nothing
/// but names are passed on: others may quote a value or a statement.
final class SnowflakeProblem {
    /// An object is missing, or the role may not see it: Snowflake does not tell which.
    static final int NO_OBJECT = 2003;

    private static final Set<Integer> MISSING =
            Set.of(NO_OBJECT, 2043, 2141, 3001, 3167, 606, 90105, 90106, 91003, 390201);

    /// A lock was not given in time, too many waited for it, a statement was cancelled or took too long, a
    /// session is over, the service has trouble of its own.
    private static final Set<Integer> PASSING =
            Set.of(603, 604, 605, 625, 630, 707, 709, 300002, 390111, 390112, 390113, 390114, 390115);

    private static final int QUOTA = 90073;

    /// Of the driver: a passphrase that does not fit, or an encrypted key that was cut off.
    private static final int UNREADABLE_KEY = 200045;

    /// Of the driver: no answer, or one of a server that is not Snowflake.
    private static final Set<Integer> UNREACHABLE = Set.of(200015, 200016);

    /// A file of COPY is not there, or has other columns.
    private static final Set<Integer> FILES_DIFFER = Set.of(91016, 100016, 100080);

    private static final Pattern FILE = Pattern.compile("\\bFile '([^'\\n]+\\.parquet)'");
    private static final Pattern ROW = Pattern.compile("\\bRow (\\d+)\\b");

    /// Longest text of Snowflake that is passed on; characters.
    private static final int LONGEST_TEXT = 900;

    private SnowflakeProblem() {}

    /// @param doing operation and object
    /// @param grant what the role needs for it, as a statement
    static RuntimeException of(String doing, String grant, SQLException e) {
        int code = e.getErrorCode();
        String state = String.valueOf(e.getSQLState());
        String where = "%s: Snowflake says %06d (%s)".formatted(doing, code, state);
        if (code == QUOTA) {
            return new LimitExceeded(
                    where
                            + ", the warehouse is stopped by a resource monitor whose quota is used up; raise it, or wait for its next interval");
        }
        if (MISSING.contains(code)) {
            return new InvalidRequest(
                    "%s, %s. An object is missing or the role has no right to it; `sluice ddl` prints every object and grant; what this needs: %s"
                            .formatted(where, names(e), grant),
                    e);
        }
        if (isLoginRefused(e)) {
            return new InvalidRequest(
                    where
                            + ", the login is refused; check warehouse.user, its key or password, warehouse.role, and the account in warehouse.url");
        }
        if (code == UNREADABLE_KEY) {
            return new InvalidRequest(
                    doing
                            + ": the Snowflake driver cannot read the key; check warehouse.private_key, and private_key_passphrase if it is encrypted");
        }
        if (UNREACHABLE.contains(code)) {
            return new WarehouseUnavailable(
                    where + ", no answer that is Snowflake's; check the account in warehouse.url, and the network", e);
        }
        if (isPassing(code, state)) {
            return new WarehouseUnavailable(where + ", which passes", e);
        }
        if (FILES_DIFFER.contains(code)) {
            return new DataMismatch(where
                    + ", a file of the lake is not what its receipt says, or the stage does not point to the lake");
        }
        if (code >= 100_000 && code < 101_000) {
            return new UnsupportedValue(
                    where + place(e)
                            + ", a value does not fit its column; carry the column as text with types: {name: text}, or leave it out with columns: [-name]");
        }
        return new IllegalStateException(where + ", which nothing here expects");
    }

    static boolean isPassing(int code, String state) {
        boolean driver = code >= 200_000 && code < 201_000;
        return PASSING.contains(code) || driver || state.startsWith("08") || state.equals("57014");
    }

    /// The driver gives refused logins the state of a broken connection, so only the number tells.
    static boolean isLoginRefused(SQLException e) {
        int code = e.getErrorCode();
        return code >= 390_000 && code < 391_000 && !PASSING.contains(code);
    }

    /// Whether a statement failed because the object is not there or not to be seen.
    static boolean isNoObject(SQLException e) {
        return e.getErrorCode() == NO_OBJECT || e.getErrorCode() == 2043;
    }

    /// File and row of the staged data, if Snowflake names them; nothing else of its text, which may quote the
    /// value.
    private static String place(SQLException e) {
        Matcher file = FILE.matcher(String.valueOf(e.getMessage()));
        if (!file.find()) {
            return "";
        }
        Matcher row = ROW.matcher(e.getMessage());
        return " in file " + file.group(1) + (row.find() ? ", row " + row.group(1) : "");
    }

    private static String names(SQLException e) {
        String text = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
