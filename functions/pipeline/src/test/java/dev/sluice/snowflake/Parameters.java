package dev.sluice.snowflake;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The session parameters that this server knows, with Snowflake's defaults. An unknown one is refused.
final class Parameters {
    private static final Map<String, String> DEFAULTS = new TreeMap<>(Map.ofEntries(
            Map.entry("ABORT_DETACHED_QUERY", "false"),
            Map.entry("AUTOCOMMIT", "true"),
            Map.entry("AUTOCOMMIT_API_SUPPORTED", "true"),
            Map.entry("BINARY_INPUT_FORMAT", "HEX"),
            Map.entry("BINARY_OUTPUT_FORMAT", "HEX"),
            Map.entry("CLIENT_DISABLE_INCIDENTS", "true"),
            Map.entry("CLIENT_MEMORY_LIMIT", "1536"),
            Map.entry("CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX", "false"),
            Map.entry("CLIENT_PREFETCH_THREADS", "4"),
            Map.entry("CLIENT_RESULT_CHUNK_SIZE", "160"),
            Map.entry("CLIENT_RESULT_COLUMN_CASE_INSENSITIVE", "false"),
            Map.entry("CLIENT_SESSION_KEEP_ALIVE", "false"),
            Map.entry("CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY", "3600"),
            Map.entry("CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "65280"),
            Map.entry("CLIENT_TELEMETRY_ENABLED", "false"),
            Map.entry("CLIENT_TIMESTAMP_TYPE_MAPPING", "TIMESTAMP_LTZ"),
            Map.entry("DATE_OUTPUT_FORMAT", "YYYY-MM-DD"),
            Map.entry("JDBC_QUERY_RESULT_FORMAT", "ARROW"),
            Map.entry("JDBC_TREAT_DECIMAL_AS_INT", "true"),
            Map.entry("LOCK_TIMEOUT", "43200"),
            Map.entry("MULTI_STATEMENT_COUNT", "1"),
            Map.entry("QUERY_RESULT_FORMAT", "ARROW"),
            Map.entry("QUERY_TAG", ""),
            Map.entry("QUOTED_IDENTIFIERS_IGNORE_CASE", "false"),
            Map.entry("STATEMENT_QUEUED_TIMEOUT_IN_SECONDS", "0"),
            Map.entry("STATEMENT_TIMEOUT_IN_SECONDS", "172800"),
            Map.entry("TIMEZONE", "America/Los_Angeles"),
            Map.entry("TIME_OUTPUT_FORMAT", "HH24:MI:SS"),
            Map.entry("TIMESTAMP_LTZ_OUTPUT_FORMAT", ""),
            Map.entry("TIMESTAMP_NTZ_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3"),
            Map.entry("TIMESTAMP_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"),
            Map.entry("TIMESTAMP_TYPE_MAPPING", "TIMESTAMP_NTZ"),
            Map.entry("TIMESTAMP_TZ_OUTPUT_FORMAT", ""),
            Map.entry("TRANSACTION_ABORT_ON_ERROR", "false"),
            Map.entry("USE_CACHED_RESULT", "true"),
            Map.entry("WEEK_START", "0")));

    private Parameters() {}

    static Map<String, String> defaults() {
        return DEFAULTS;
    }

    static String defaultOf(String name) {
        String value = DEFAULTS.get(name);
        if (value == null) {
            throw new SqlFailure("001423", "22023", "SQL compilation error:%ninvalid parameter '%s'".formatted(name));
        }
        return value;
    }

    static String checked(String name, String value) {
        String otherwise = defaultOf(name);
        boolean fits = switch (otherwise) {
            case "true", "false" -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
            default -> !otherwise.matches("\\d+") || value.matches("\\d{1,9}");
        };
        if (!fits || name.equals("TIMEZONE") && !isZone(value) || name.equals("QUERY_TAG") && value.length() > 2000) {
            throw new SqlFailure(
                    "001008",
                    "22023",
                    "SQL compilation error:%ninvalid value [%s] for parameter '%s'".formatted(value, name));
        }
        return otherwise.equals("true") || otherwise.equals("false") ? value.toLowerCase(Locale.ROOT) : value;
    }

    private static boolean isZone(String value) {
        try {
            ZoneId.of(value);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
