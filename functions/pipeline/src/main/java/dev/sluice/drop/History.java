package dev.sluice.drop;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;

/// What a run was asked to do with a tree of old files.
///
/// @param from      address of the tree, as somebody typed it
/// @param ignore    partitions that are no columns
/// @param waveFiles most files that a run takes on, which is what one transaction publishes
/// @param verify    whether what was loaded is compared with the files once nothing is left to load
public record History(String from, List<String> ignore, Optional<Integer> waveFiles, Optional<Boolean> verify) {
    public History {
        ignore = ignore == null ? List.of() : List.copyOf(ignore);
    }

    /// One wave a run: what a killed run had not published yet is at most this.
    @JsonIgnore
    Pending.Share share() {
        return new Pending.Share(waveFiles.orElse(Receive.WAVE_FILES), Receive.WAVE_BYTES);
    }

    @JsonIgnore
    public boolean verifies() {
        return verify.orElse(true);
    }
}
