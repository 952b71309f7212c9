package dev.sluice.cli;

import java.sql.Connection;
import java.sql.DriverManager;

/// A main class: has a DuckDB file open until its input ends or it is killed.
final class HoldsDuckDb {
    private HoldsDuckDb() {}

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + arguments[0])) {
            System.out.println("open " + !connection.isClosed());
            Thread.sleep(Long.parseLong(arguments[1]));
        }
    }
}
