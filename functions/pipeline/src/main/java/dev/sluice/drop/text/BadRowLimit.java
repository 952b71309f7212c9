package dev.sluice.drop.text;

import dev.sluice.model.Feed;
import java.math.BigDecimal;
import java.math.MathContext;

/// How many rows of a file may be bad.
public final class BadRowLimit {
    /// 0.1 % of 1000 rows is one row, whatever binary fractions make of it.
    private static final double ROUNDING = 1e-9;

    private BadRowLimit() {}

    /// @param good rows that are not bad
    /// @throws RefusedFile more are bad than the feed allows
    public static void check(Feed feed, long good, Quarantine quarantine) {
        long bad = quarantine.rows();
        long rows = good + bad;
        double allow = feed.badRows().allow();
        if (bad <= Math.floor(allow * rows + ROUNDING)) {
            return;
        }
        String percent = new BigDecimal(allow * 100, new MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
        throw new RefusedFile("%d of %d rows are bad, and bad_rows allows %s %%; the first is %s"
                .formatted(bad, rows, percent, quarantine.first()));
    }
}
