package dev.sluice.cli.init;

import java.util.Locale;

/// Estimates for people: two digits, never more than is known.
final class Amounts {
    private Amounts() {}

    /// `950 rows`, `about 12 k rows`, `about 3.4 M rows`.
    static String rows(double rows) {
        return rows < 1000 ? String.format(Locale.ROOT, "%.0f rows", rows) : "about " + scaled(rows, "") + " rows";
    }

    static String bytes(long bytes) {
        return scaled((double) bytes, "B");
    }

    static String count(double count) {
        return count < 1000 ? String.format(Locale.ROOT, "%.0f", count) : scaled(count, "");
    }

    static String percent(double fraction) {
        return String.format(Locale.ROOT, fraction < 0.1 ? "%.1f %%" : "%.0f %%", fraction * 100);
    }

    private static String scaled(double amount, String unit) {
        String[] prefixes = {"", "k", "M", "G", "T", "P"};
        double value = amount;
        int prefix = 0;
        while (value >= 999.5 && prefix < prefixes.length - 1) {
            value /= 1000;
            prefix++;
        }
        String number = String.format(Locale.ROOT, value < 9.95 && prefix > 0 ? "%.1f" : "%.0f", value);
        return (number + " " + prefixes[prefix] + unit).stripTrailing();
    }
}
