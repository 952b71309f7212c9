package dev.sluice.drop;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// What rows add up to: their number, and something of every column of the feed, in its order.
public record Sums(long rows, List<OfColumn> columns) {
    public Sums {
        columns = List.copyOf(columns);
    }

    /// @param values rows that have one
    public record OfColumn(long values, Total total) {
        OfColumn plus(OfColumn other) {
            return new OfColumn(values + other.values, total.plus(other.total));
        }
    }

    /// The sum of a column, as far as its type has one.
    public sealed interface Total {
        Total plus(Total other);

        /// Whether both are sums of the same values; what one end cannot add up is not held against the other.
        boolean agreesWith(Total other);

        /// Text, times, JSON and the like: their values are counted.
        record Counted() implements Total {
            @Override
            public Total plus(Total other) {
                return this;
            }

            @Override
            public boolean agreesWith(Total other) {
                return true;
            }
        }

        /// Integers and decimals, exactly.
        record Exact(BigDecimal sum) implements Total {
            @Override
            public Total plus(Total other) {
                return new Exact(sum.add(((Exact) other).sum));
            }

            @Override
            public boolean agreesWith(Total other) {
                return switch (other) {
                    case Counted ignored -> true;
                    case Exact exact -> sum.compareTo(exact.sum) == 0;
                    case Floating ignored -> false;
                };
            }
        }

        /// Floating point numbers, whose sum depends on the order in which they are added.
        ///
        /// @param sum       of those that are finite
        /// @param magnitude sum of their absolute values
        /// @param others    NaN and infinities
        record Floating(double sum, double magnitude, long others) implements Total {
            /// Of the magnitude. Adding n numbers in any order is wrong by at most n · 1.1 · 10⁻¹⁶ of it.
            static final double TOLERANCE = 1e-9;

            @Override
            public Total plus(Total other) {
                Floating more = (Floating) other;
                return new Floating(sum + more.sum, magnitude + more.magnitude, others + more.others);
            }

            @Override
            public boolean agreesWith(Total other) {
                return switch (other) {
                    case Counted ignored -> true;
                    case Exact ignored -> false;
                    case Floating(double itsSum, double itsMagnitude, long itsOthers) ->
                        others == itsOthers && Math.abs(sum - itsSum) <= TOLERANCE * Math.max(magnitude, itsMagnitude);
                };
            }
        }
    }

    Sums plus(Sums other) {
        List<OfColumn> added = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            added.add(columns.get(i).plus(other.columns.get(i)));
        }
        return new Sums(rows + other.rows, added);
    }
}
