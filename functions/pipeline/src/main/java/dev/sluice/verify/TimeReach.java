package dev.sluice.verify;

import dev.sluice.model.Action;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.TimeSlice;
import dev.sluice.plan.PlannedSlice;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How far back from the newest slice a time-sliced table is known to be in step without a gap.
record TimeReach(Optional<String> provenTo, Optional<String> countedTo) {
    static final TimeReach NONE = new TimeReach(Optional.empty(), Optional.empty());

    /// @param actions newest first
    /// @param open    slices that differ and were not published
    /// @param hashed  slices whose fingerprint this run took when it loaded them
    static TimeReach of(SliceBy sliceBy, List<PlannedSlice> actions, Set<Slice> open, Set<Slice> hashed) {
        if (!(sliceBy instanceof SliceBy.Time time)) {
            return NONE;
        }
        Optional<String> proven = Optional.empty();
        Optional<String> counted = Optional.empty();
        boolean unbroken = true;
        for (PlannedSlice planned : actions) {
            Optional<TimeSlice> when = TimeSlice.parse(planned.slice(), time.grain());
            if (when.isEmpty() || when.get().infinite() || planned.action() == Action.REMOVE) {
                continue;
            }
            if (open.contains(planned.slice())) {
                break;
            }
            counted = planned.slice().text();
            unbroken &= planned.proven() || hashed.contains(planned.slice());
            if (unbroken) {
                proven = counted;
            }
        }
        return new TimeReach(proven, counted);
    }
}
