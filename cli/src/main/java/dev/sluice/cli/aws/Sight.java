package dev.sluice.cli.aws;

import dev.sluice.store.Progress;

/// Told how far a run is that goes on elsewhere.
public interface Sight extends Progress {
    /// What the state machine counts, while the documents of the run say nothing yet.
    ///
    /// @param batches of the waves that are being landed now
    void running(MapCounts tables, MapCounts batches);

    /// Something that a person should read now.
    void say(String line);
}
