package dev.sluice.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The lake: objects under keys relative to the lake's prefix. Thread-safe.
///
/// Every method throws `StoreUnavailable` when the service cannot be reached or answers with a passing
/// error, and `InvalidRequest` when bucket or right is missing.
public interface ObjectStore {
    /// An object as it is now.
    ///
    /// @param modifiedAt when it was written, by the store's clock
    record Stat(String key, long bytes, String etag, Instant modifiedAt) {}

    /// An object that was opened; closing this closes the stream.
    ///
    /// @param version the store's name for these very bytes; empty where it keeps no versions
    record Opened(InputStream in, String version) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// A small UTF-8 object read whole, with the entity tag that [#replace] takes.
    record Content(String text, String etag) {}

    Optional<Stat> stat(String key);

    /// Opens an object for reading; the caller closes it.
    ///
    /// @throws dev.sluice.model.DataMismatch the object does not exist
    InputStream open(String key);

    /// Opens an object that was listed, unless it changed or went away since (If-Match).
    Optional<Opened> openUnchanged(Stat listed);

    /// Reads a small object whole; empty if it does not exist.
    Optional<Content> read(String key);

    /// Writes or overwrites a small object; the last writer wins.
    void write(String key, String content);

    /// Writes a new object, in parts above 64 MiB; an upload that fails is aborted.
    void upload(String key, Body body);

    /// Writes the object unless the key exists (If-None-Match: *). Atomic.
    ///
    /// @return false if there already was an object
    boolean writeIfAbsent(String key, String content);

    /// Replaces the object if its entity tag still is the given one (If-Match). Atomic.
    ///
    /// @return the new entity tag; empty if the object changed or went away meanwhile
    Optional<String> replace(String key, String content, String etag);

    /// Every object whose key begins with the prefix, sorted by key.
    List<Stat> list(String prefix);

    void delete(Collection<String> keys);

    /// Aborts multipart uploads under the prefix that were begun more than a day ago.
    ///
    /// @return how many
    int abortStaleUploads(String prefix);

    /// The bucket, for the state machine's item readers.
    String bucket();

    /// A key as the bucket sees it, with the lake's prefix.
    String bucketKey(String key);
}
