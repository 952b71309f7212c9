package dev.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;

/// One quantity, measured once per repetition.
record Samples(List<Double> values) {
    Samples {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        values = List.copyOf(values);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double min() {
        return values.stream().mapToDouble(v -> v).min().orElseThrow();
    }

    double max() {
        return values.stream().mapToDouble(v -> v).max().orElseThrow();
    }

    /// Repetition by repetition, because both were measured right after one another.
    Samples with(Samples other, DoubleBinaryOperator operation) {
        List<Double> paired = new ArrayList<>();
        for (int i = 0; i < Math.min(values.size(), other.values.size()); i++) {
            paired.add(operation.applyAsDouble(values.get(i), other.values.get(i)));
        }
        return new Samples(paired);
    }

    Samples over(Samples other) {
        return with(other, (mine, others) -> mine / others);
    }

    Samples plus(Samples other) {
        return with(other, Double::sum);
    }

    /// Such as `1.23 (1.20 … 1.31)`: the median, and between which values the others lay.
    @Override
    public String toString() {
        return values.size() == 1
                ? number(median())
                : number(median()) + " (" + number(min()) + " … " + number(max()) + ")";
    }

    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value).replace(',', ' ');
    }
}
