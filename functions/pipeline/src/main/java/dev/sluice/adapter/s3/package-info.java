/// S3 as the lake: the port [dev.sluice.store.ObjectStore] over the AWS SDK, for AWS itself and for an S3
/// endpoint on the loopback interface.
@NullMarked
package dev.sluice.adapter.s3;

import org.jspecify.annotations.NullMarked;
