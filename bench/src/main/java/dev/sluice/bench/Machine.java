package dev.sluice.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Collectors;

/// What the figures were measured on.
final class Machine {
    private Machine() {}

    static String describe(Context context) throws IOException, SQLException {
        long memory =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : 0;
        String settings = SourceServer.SETTINGS.entrySet().stream()
                .map(setting -> setting.getKey() + " = " + setting.getValue())
                .collect(Collectors.joining(", "));
        return """
                | | |
                |---|---|
                | measured on | %s |
                | processor | %d cores, %s |
                | memory | %.0f GiB |
                | system | %s %s |
                | Java | %s %s |
                | source | PostgreSQL %s on the same machine; %s; else as installed |
                | DuckDB | %s |
                | table | %s rows, 15 columns, %s MB as CSV, %s MB at the source, %d stores |
                | repetitions | %d, alternating |
                """.formatted(
                LocalDate.now(ZoneOffset.UTC),
                StageRun.CORES,
                processor(),
                memory / (double) (1L << 30),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                System.getProperty("java.vendor"),
                System.getProperty("java.vm.version"),
                context.server().value("SHOW server_version"),
                settings,
                duckDb(),
                Samples.number((double) context.sales().rows()),
                Samples.number(context.server().copy(context.sales().copy()).bytes() / 1e6),
                Samples.number(Double.parseDouble(context.server()
                                .value("SELECT pg_table_size('%s')"
                                        .formatted(context.sales().name())))
                        / 1e6),
                context.sales().stores(),
                context.repetitions());
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static String duckDb() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }
}
