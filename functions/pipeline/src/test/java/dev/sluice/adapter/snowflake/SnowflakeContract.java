package dev.sluice.adapter.snowflake;

import dev.sluice.config.WarehouseConfig;
import dev.sluice.model.ColumnType;
import dev.sluice.warehouse.Warehouse;
import dev.sluice.warehouse.WarehouseContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import net.snowflake.client.api.driver.SnowflakeDriver;

/// The contract, read back through the driver with SQL of the test's own.
abstract class SnowflakeContract extends WarehouseContract {
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);

    protected abstract WarehouseConfig.Snowflake account();

    @Override
    protected Warehouse warehouse() {
        return new SnowflakeWarehouse(account(), store());
    }

    @Override
    protected Connection connection() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", account().user());
        switch (account().credentials()) {
            case WarehouseConfig.Password password ->
                properties.put("password", password.password().reveal());
            case WarehouseConfig.KeyPair pair -> SnowflakeKey.put(pair, properties);
        }
        account().role().ifPresent(role -> properties.put("role", role));
        properties.put("disablePlatformDetection", "true");
        properties.put("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.put("TIMEZONE", "UTC");
        return SnowflakeDriver.INSTANCE.connect(account().url(), properties);
    }

    /// Every name in the contract is plain and lower case, but for `Text`.
    @Override
    protected String name(String identifier) {
        boolean plain = identifier.equals(identifier.toLowerCase(Locale.ROOT));
        return '"' + (plain ? identifier.toUpperCase(Locale.ROOT) : identifier) + '"';
    }

    @Override
    protected String spelled(ColumnType type, String value) {
        return switch (type) {
            case ColumnType.Date t -> "TO_VARCHAR(" + value + ")";
            case ColumnType.Time t -> "DATEDIFF('microsecond', '00:00:00'::TIME, " + value + ")";
            case ColumnType.Timestamp t -> "DATE_PART(EPOCH_MICROSECOND, " + value + ")";
            case ColumnType.TimestampTz t -> "DATE_PART(EPOCH_MICROSECOND, " + value + ")";
            case ColumnType.Bytes t -> "LOWER(HEX_ENCODE(" + value + "))";
            case ColumnType.Bool t -> "CASE WHEN " + value + " THEN 'true' WHEN NOT " + value + " THEN 'false' END";
            case ColumnType.Json t -> "TO_JSON(" + value + ")";
            case ColumnType.ArrayAsJson t -> "TO_JSON(" + value + ")";
            default -> value;
        };
    }

    @Override
    protected String respelled(ColumnType type, String text) {
        return switch (type) {
            case ColumnType.Time t ->
                LocalTime.MIDNIGHT.plus(Long.parseLong(text), ChronoUnit.MICROS).format(MICROS);
            case ColumnType.Timestamp t -> instant(text);
            case ColumnType.TimestampTz t -> instant(text);
            default -> text;
        };
    }

    private static String instant(String micros) {
        LocalDateTime at = LocalDateTime.of(1970, 1, 1, 0, 0).plus(Long.parseLong(micros), ChronoUnit.MICROS);
        return at.toLocalDate() + " " + at.toLocalTime().format(MICROS);
    }

    @Override
    protected List<String> beside() {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'SLUICE' AND LEFT(TABLE_NAME, 6) = 'STAGE_' ORDER BY 1")) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
