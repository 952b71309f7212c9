package dev.sluice.source;

import dev.sluice.model.PageRange;
import dev.sluice.model.Slice;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Which rows of a table a reader wants.
///
/// @param slices empty means those of every slice
/// @param pages  empty means wherever they lie
public record Rows(Optional<List<Slice>> slices, Optional<PageRange> pages) {
    private static final Rows ALL = new Rows(Optional.empty(), Optional.empty());

    public Rows {
        slices = slices.map(List::copyOf);
    }

    public static Rows all() {
        return ALL;
    }

    public static Rows of(Collection<Slice> slices) {
        return new Rows(Optional.of(List.copyOf(slices)), Optional.empty());
    }

    public Rows within(Optional<PageRange> range) {
        return new Rows(slices, range);
    }

    /// Whether there is no row to look for.
    public boolean none() {
        return slices.isPresent() && slices.get().isEmpty();
    }
}
