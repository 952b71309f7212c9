package dev.sluice.run;

import dev.sluice.drop.FileTree;
import dev.sluice.drop.OriginalSums;
import dev.sluice.model.InvalidRequest;
import java.nio.file.Path;
import java.util.function.Function;

/// What the stages of dropped files need for trees of old files.
///
/// @param trees opens the tree at an address; whoever asked closes it
/// @param sums  adds up files in a work directory
public record HistoryWiring(Function<String, FileTree> trees, Function<Path, OriginalSums> sums) {
    /// Where no trees are read.
    public static final HistoryWiring NONE = new HistoryWiring(
            address -> {
                throw new InvalidRequest(address + ": old files are loaded by `sluice receive … --as FEED` alone");
            },
            directory -> {
                throw new IllegalStateException("no tree, and nothing to add up");
            });
}
