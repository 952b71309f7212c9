package dev.sluice.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where raw and Parquet objects, receipts and locks are kept.
public sealed interface LakeConfig {
    Duration DEFAULT_KEEP = Duration.ofDays(30);

    /// How long superseded objects are kept.
    Duration keep();

    /// A directory of this machine.
    ///
    /// @param path absolute
    record File(Path path, Duration keep) implements LakeConfig {}

    /// A bucket.
    ///
    /// @param prefix   without slash at either end; may be empty
    /// @param region   empty: as the AWS environment says
    /// @param endpoint empty: Amazon's own
    record S3(String bucket, String prefix, Optional<String> region, Optional<URI> endpoint, Duration keep)
            implements LakeConfig {
        /// `s3://bucket/prefix`, without slash at the end.
        public String address() {
            return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
        }
    }
}
