package dev.sluice.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The input of an execution: what one run is asked to do.
///
/// @param select      sources or targets, `*` allowed; empty means every table of the configuration
/// @param full        replace every slice, and recreate target tables whose columns do not fit any more
/// @param budget      ends time-sliced tables between waves; overrides the configuration
/// @param allowShrink tables that may lose more than `max_shrink` in this run
/// @param deep        verify only: compare column aggregates of both ends
/// @param trigger     who asked: `cli`, `schedule`, …
/// @param replay      replay only: what is rebuilt or released; absent means the whole table
/// @param group       only tables of this group of the configuration
public record RunRequest(
        List<String> select,
        boolean full,
        Optional<Budget> budget,
        List<String> allowShrink,
        Mode mode,
        boolean deep,
        String trigger,
        Optional<Replay> replay,
        Optional<String> group) {
    public RunRequest {
        select = select == null ? List.of() : List.copyOf(select);
        budget = budget == null ? Optional.empty() : budget;
        allowShrink = allowShrink == null ? List.of() : List.copyOf(allowShrink);
        mode = mode == null ? Mode.SYNC : mode;
        trigger = trigger == null ? "" : trigger;
        replay = replay == null ? Optional.empty() : replay;
        group = group == null ? Optional.empty() : group.filter(name -> !name.isEmpty());
    }

    /// A run that is no replay.
    public RunRequest(
            List<String> select,
            boolean full,
            Optional<Budget> budget,
            List<String> allowShrink,
            Mode mode,
            boolean deep,
            String trigger) {
        this(select, full, budget, allowShrink, mode, deep, trigger, Optional.empty(), Optional.empty());
    }

    /// A replay of one table.
    public static RunRequest replay(String table, Replay replay, boolean mayShrink, String trigger) {
        return new RunRequest(
                List.of(table),
                false,
                Optional.empty(),
                mayShrink ? List.of(table) : List.of(),
                Mode.REPLAY,
                false,
                trigger,
                Optional.of(replay),
                Optional.empty());
    }

    /// Rebuilding slices from the raw objects in the lake, or giving them back to the source.
    ///
    /// @param slices  as `plan` prints them; empty means every slice of the table
    /// @param run     the rows as they were after this run; absent means as the ledger has them
    /// @param release end the pin instead of rebuilding
    public record Replay(List<String> slices, Optional<String> run, boolean release) {
        public static final Replay WHOLE = new Replay(List.of(), Optional.empty(), false);

        public Replay {
            slices = slices == null ? List.of() : List.copyOf(slices);
            run = run == null ? Optional.empty() : run;
        }
    }

    /// What a run may spend; whatever comes first ends it.
    ///
    /// @param minutes time since the run began
    /// @param bytes   raw bytes landed
    public record Budget(Optional<Double> minutes, Optional<Long> bytes) {
        public Optional<Duration> time() {
            return minutes.map(m -> Duration.ofMillis((long) (m * 60_000)));
        }
    }

    /// What kind of run it is.
    public enum Mode {
        SYNC,
        PLAN,
        VERIFY,
        REPLAY;

        /// Whether such a run takes locks and publishes.
        public boolean publishes() {
            return switch (this) {
                case SYNC, REPLAY -> true;
                case PLAN, VERIFY -> false;
            };
        }
    }
}
