package dev.sluice.drop;

import dev.sluice.store.ObjectStore;
import java.util.List;
import java.util.Optional;

/// A tree of files in a bucket.
///
/// @param bucket   without a prefix
/// @param prefix   ends in a slash; may be empty
/// @param onClosed frees what reading the bucket took
public record BucketTree(ObjectStore bucket, String prefix, Runnable onClosed) implements FileTree {
    private String keys() {
        return "/s3://" + bucket.bucket() + "/";
    }

    @Override
    public String root() {
        return keys() + prefix;
    }

    @Override
    public List<ObjectStore.Stat> list() {
        return bucket.list(prefix).stream()
                .filter(stat -> !stat.key().endsWith("/"))
                .map(stat -> new ObjectStore.Stat(keys() + stat.key(), stat.bytes(), stat.etag(), stat.modifiedAt()))
                .toList();
    }

    @Override
    public Optional<ObjectStore.Opened> openUnchanged(ObjectStore.Stat listed) {
        String key = listed.key().substring(keys().length());
        return bucket.openUnchanged(new ObjectStore.Stat(key, listed.bytes(), listed.etag(), listed.modifiedAt()));
    }

    @Override
    public void close() {
        onClosed.run();
    }
}
