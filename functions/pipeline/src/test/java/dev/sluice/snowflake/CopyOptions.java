package dev.sluice.snowflake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// @param match CASE_SENSITIVE or CASE_INSENSITIVE; empty: by position
record CopyOptions(
        FileFormat format, List<String> files, String pattern, String onError, Optional<String> match, boolean force) {
    static CopyOptions of(Run run, CopyStatement statement, Thing stage) {
        Options options = statement.options();
        for (String flag : Set.of("PURGE", "TRUNCATECOLUMNS", "RETURN_FAILED_ONLY")) {
            if (options.flag(flag, false)) {
                throw SqlFailure.unsupported(flag + " = TRUE");
            }
        }
        List<String> files = options.list("FILES");
        if (files.size() > CopyStatement.MOST_FILES) {
            throw new SqlFailure(
                    "001058",
                    "22023",
                    "SQL compilation error:%nThe number of files in FILES, %d, exceeds the limit of %d"
                            .formatted(files.size(), CopyStatement.MOST_FILES));
        }
        String onError = Variants.upper(options.text("ON_ERROR", "ABORT_STATEMENT"));
        if (!Set.of("ABORT_STATEMENT", "CONTINUE", "SKIP_FILE").contains(onError)) {
            throw SqlFailure.compilation("invalid value [%s] for parameter 'ON_ERROR'".formatted(onError));
        }
        return new CopyOptions(
                FileFormat.of(run, options, stage),
                files,
                options.text("PATTERN", ""),
                onError,
                match(statement),
                options.flag("FORCE", false));
    }

    private static Optional<String> match(CopyStatement statement) {
        String match = Variants.upper(statement.options().text("MATCH_BY_COLUMN_NAME", "NONE"));
        return switch (match) {
            case "NONE" -> Optional.empty();
            case "CASE_SENSITIVE", "CASE_INSENSITIVE" -> {
                if (!statement.select().isEmpty() || !statement.columns().isEmpty()) {
                    throw SqlFailure.compilation(
                            "MATCH_BY_COLUMN_NAME copy option cannot be used with a transformation or a column list");
                }
                yield Optional.of(match);
            }
            default ->
                throw SqlFailure.compilation(
                        "invalid value [%s] for parameter 'MATCH_BY_COLUMN_NAME'".formatted(match));
        };
    }

    /// What tells a changed file from the one that was loaded.
    static String print(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
