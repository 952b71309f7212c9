package dev.sluice.cli.aws;

/// How far distributed maps are, in items.
public record MapCounts(long total, long running, long done) {
    public static final MapCounts NONE = new MapCounts(0, 0, 0);

    MapCounts plus(MapCounts other) {
        return new MapCounts(total + other.total, running + other.running, done + other.done);
    }
}
