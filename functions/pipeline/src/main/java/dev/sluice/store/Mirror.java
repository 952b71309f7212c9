package dev.sluice.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A copy in the lake of what a ledger in the warehouse says. It is only believed if no publish began after it
/// was written: a publish puts a marker before it commits and takes it away when the copy agrees again.
///
/// @param key    of the copy
/// @param marker key of the announcement
/// @param read   the copy from its JSON
/// @param write  the copy as JSON
public record Mirror<T>(
        Documents documents, String key, String marker, Function<String, T> read, Function<T, String> write) {
    /// The copy, whether it may be believed or not.
    public Optional<T> any() {
        return documents.store().read(key).map(content -> read.apply(content.text()));
    }

    /// The copy, if no publish was interrupted since.
    public Optional<T> trusted() {
        return documents.store().stat(marker).isPresent() ? Optional.empty() : any();
    }

    /// Announces that the ledger is about to change.
    public void beforePublish(String runId) {
        documents.put(marker, Map.of("run_id", runId));
        Checkpoint.reach("load.marker-written");
    }

    /// Writes what the ledger says now and withdraws the announcement, unless another run did either
    /// since the ledger was read: what it says is newer.
    ///
    /// @param now from the copy so far to the new one; reads the ledger
    public void refresh(Function<Optional<T>, T> now) {
        ObjectStore store = documents.store();
        Optional<String> announced = etag(store);
        Optional<ObjectStore.Content> old = store.read(key);
        String copy = write.apply(now.apply(old.map(content -> read.apply(content.text()))));
        boolean written = old.isEmpty()
                ? store.writeIfAbsent(key, copy)
                : store.replace(key, copy, old.get().etag()).isPresent();
        Checkpoint.reach("load.mirror-written");
        if (written && announced.isPresent() && announced.equals(etag(store))) {
            store.delete(List.of(marker));
        }
    }

    private Optional<String> etag(ObjectStore store) {
        return store.stat(marker).map(ObjectStore.Stat::etag);
    }
}
