package dev.sluice.store;

import dev.sluice.model.DataMismatch;
import java.util.Optional;

/// Typed documents in the lake.
public record Documents(ObjectStore store) {
    public <T> Optional<T> find(String key, Class<T> type) {
        return store.read(key).map(content -> Json.read(content.text(), type, key));
    }

    public <T> T get(String key, Class<T> type) {
        return find(key, type).orElseThrow(() -> new DataMismatch(key + " is missing from the lake"));
    }

    public void put(String key, Object document) {
        store.write(key, Json.write(document));
    }

    /// Commits a document: the first writer's stays for ever.
    ///
    /// @return the document that stands under the key now, which is another one's if it was faster
    public <T> T commit(String key, T document, Class<T> type) {
        return store.writeIfAbsent(key, Json.write(document)) ? document : get(key, type);
    }
}
