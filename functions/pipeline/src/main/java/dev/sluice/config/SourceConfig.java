package dev.sluice.config;

/// The database that is read.
///
/// @param url            `jdbc:postgresql://host:port/database`, without user and password
/// @param user           the role that reads
/// @param maxConnections connections that are open at once, 1 or more
public record SourceConfig(String url, String user, Secret password, int maxConnections) {
    public static final int DEFAULT_MAX_CONNECTIONS = 4;
    public static final int GREATEST_MAX_CONNECTIONS = 1000;
}
