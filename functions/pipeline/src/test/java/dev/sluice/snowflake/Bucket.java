package dev.sluice.snowflake;

import java.util.List;
import java.util.Optional;

/// What an `s3://` name stands for.
public interface Bucket {
    Optional<byte[]> read(String key);

    /// All keys that begin with the prefix.
    List<String> list(String prefix);
}
