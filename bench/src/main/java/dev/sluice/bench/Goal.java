package dev.sluice.bench;

/// What a figure has to reach.
record Goal(double bound, boolean atLeast) {
    static Goal atLeast(double bound) {
        return new Goal(bound, true);
    }

    static Goal atMost(double bound) {
        return new Goal(bound, false);
    }

    boolean met(double value) {
        return atLeast ? value >= bound : value <= bound;
    }

    @Override
    public String toString() {
        return (atLeast ? "≥ " : "≤ ") + Samples.number(bound);
    }
}
