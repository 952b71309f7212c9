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
public record RunRequest(
        List<String> select,
        boolean full,
        Optional<Budget> budget,
        List<String> allowShrink,
        Mode mode,
        boolean deep,
        String trigger) {
    public RunRequest {
        select = select == null ? List.of() : List.copyOf(select);
        budget = budget == null ? Optional.empty() : budget;
        allowShrink = allowShrink == null ? List.of() : List.copyOf(allowShrink);
        mode = mode == null ? Mode.SYNC : mode;
        trigger = trigger == null ? "" : trigger;
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
        VERIFY
    }
}
