/// The land stage: rows of a batch become one compressed, immutable CSV object per slice.
@NullMarked
package dev.sluice.raw;

import org.jspecify.annotations.NullMarked;
