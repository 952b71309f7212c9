package dev.sluice.drop.text;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The rows of a file, one at a time. Not thread-safe.
interface Records {
    /// @return false at the end of the file
    /// @throws RefusedFile rows can no longer be told apart, or the file has columns that it must not have
    boolean next() throws IOException;

    /// Why the row is none, as far as its form tells; null for a row whose fields are there.
    @Nullable
    BadRow bad();

    Fields fields();

    /// Where the row stands.
    Lines lines();

    /// The number of the row within the file, as the quarantine and the warehouse know it.
    long line();
}
