package dev.sluice.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How fast one table went the last times, for predicting how long it will take the next time and for
/// cutting it into reads that end in time. Kept in the lake beside the ledger's mirror; it decides about
/// speed alone, so that losing it loses nothing.
///
/// @param format  version of this document, 1
/// @param look    looking at the source: fingerprints of so many rows
/// @param little  the last time that less than [#MUCH] bytes were moved: mostly what a run costs anyway
/// @param much    the last time that more were moved
/// @param slowest the slowest read among the batches of the last run
public record Pace(
        int format, Instant measuredAt, Sample look, Optional<Sample> little, Optional<Sample> much, Sample slowest) {
    public static final int FORMAT = 1;

    /// Enough to measure a rate and not the costs of calling; bytes.
    static final long MUCH = 32L << 20;

    /// A read should take no longer: a function has 15 minutes, and what is lost is read again.
    static final Duration LONGEST_READ = Duration.ofMinutes(5);

    /// Smaller reads would cost more in calls than they save; bytes.
    static final long LEAST_CHUNK = 16L << 20;

    /// @param amount rows or bytes
    public record Sample(long amount, double seconds) {
        public static final Sample NONE = new Sample(0, 0);
    }

    /// What a run taught.
    ///
    /// @param moved bytes, and the seconds from the first read to the last publish; no bytes if nothing was
    ///              moved
    public static Pace after(Optional<Pace> before, Instant now, Sample look, Sample moved, Sample slowest) {
        boolean much = moved.amount() >= MUCH;
        boolean little = moved.amount() > 0 && !much;
        return new Pace(
                FORMAT,
                now,
                look.amount() > 0 ? look : before.map(Pace::look).orElse(Sample.NONE),
                little ? Optional.of(moved) : before.flatMap(Pace::little),
                much ? Optional.of(moved) : before.flatMap(Pace::much),
                slowest.amount() > 0 ? slowest : before.map(Pace::slowest).orElse(Sample.NONE));
    }

    /// Seconds that a run would take; empty as long as nothing like it was measured.
    ///
    /// @param rows  of the table
    /// @param bytes that would be moved
    public Optional<Double> predict(long rows, long bytes) {
        double looking = look.amount() > 0 ? look.seconds() * rows / look.amount() : look.seconds();
        return bytes == 0 ? Optional.of(looking) : moving(bytes).map(seconds -> looking + seconds);
    }

    private Optional<Double> moving(long bytes) {
        if (little.isPresent() && much.isPresent()) {
            Sample a = little.get();
            Sample b = much.get();
            double perByte = Math.max(0, (b.seconds() - a.seconds()) / (b.amount() - a.amount()));
            return Optional.of(
                    Math.max(Math.min(a.seconds(), b.seconds()) / 2, a.seconds() + perByte * (bytes - a.amount())));
        }
        return little.or(() -> much).map(only -> only.seconds() * Math.max(1, bytes / (double) only.amount()));
    }

    /// How much one batch may read: as configured, or less where the source was so slow that it would take
    /// longer than five minutes; half as much as the last time if that time it did.
    public long chunkBytes(long configured) {
        if (slowest.amount() == 0 || slowest.seconds() <= 0) {
            return configured;
        }
        double longest = LONGEST_READ.toSeconds();
        double fitting = slowest.amount() / slowest.seconds() * longest;
        double wanted = slowest.seconds() > longest ? Math.min(fitting, slowest.amount() / 2.0) : fitting;
        return Math.min(configured, Math.max(LEAST_CHUNK, (long) wanted));
    }
}
