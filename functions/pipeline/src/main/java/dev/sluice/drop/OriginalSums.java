package dev.sluice.drop;

import dev.sluice.model.Feed;
import java.nio.file.Path;
import java.util.Map;

/// Adds up what stands in a file as it was dropped, by other means than those that loaded it. Not thread-safe.
public interface OriginalSums extends AutoCloseable {
    /// @param feed  whose columns with a part come from `parts`, the others from the file
    /// @param parts values of the named parts of the key
    Sums of(Feed feed, Path original, Map<String, String> parts);

    @Override
    void close();
}
