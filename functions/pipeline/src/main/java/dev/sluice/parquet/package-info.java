/// The convert stage: raw objects become Parquet objects, exactly or not at all.
@NullMarked
package dev.sluice.parquet;

import org.jspecify.annotations.NullMarked;
