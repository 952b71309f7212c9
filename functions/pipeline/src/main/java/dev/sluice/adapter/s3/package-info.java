/// S3 as the lake.
@NullMarked
package dev.sluice.adapter.s3;

import org.jspecify.annotations.NullMarked;
