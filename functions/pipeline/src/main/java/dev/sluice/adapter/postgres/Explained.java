package dev.sluice.adapter.postgres;

import dev.sluice.source.Estimate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the first line of an EXPLAIN, such as `Seq Scan on sales  (cost=0.00..94.50 rows=300 width=8)`.
final class Explained {
    private static final Pattern COST = Pattern.compile("cost=[0-9.]+\\.\\.([0-9.]+) rows=([0-9]+)");

    private Explained() {}

    static Estimate parse(String plan) {
        Matcher found = COST.matcher(plan);
        if (!found.find()) {
            throw new IllegalStateException("EXPLAIN answered without a cost");
        }
        return new Estimate(Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2)));
    }
}
