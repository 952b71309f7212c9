package dev.sluice.snowflake;

import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import net.snowflake.client.api.driver.SnowflakeDriver;

/// snowflake-jdbc 4.4.1 folds the names of connection properties by the default locale, also in a table that
/// it fills when a class is loaded. Where that locale is Turkish, as in these tests, it knows no property with
/// an `i`: no `privateKey`, no `authenticator`, no `disablePlatformDetection`. What needs them goes through a
/// driver that is loaded once more, and connects, in a neutral locale.
final class DriverLocale {
    private DriverLocale() {}

    /// For the one property that every test needs there is a way that no locale bends.
    static void withoutPlatformDetection() {
        System.setProperty("net.snowflake.jdbc.disablePlatformDetection", "true");
    }

    static synchronized Connection connect(String url, Properties properties) throws SQLException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.ROOT);
        try {
            URL jar =
                    SnowflakeDriver.class.getProtectionDomain().getCodeSource().getLocation();
            // Stays open as long as the connection, which loads classes when it needs them.
            @SuppressWarnings("resource")
            ClassLoader loader = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
            Class<?> driver = loader.loadClass(SnowflakeDriver.class.getName());
            return ((Driver) driver.getDeclaredConstructor().newInstance()).connect(url, properties);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the driver is another one than expected", e);
        } finally {
            Locale.setDefault(before);
        }
    }
}
