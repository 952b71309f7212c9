/// `sluice.yaml`: read, checked with line and column, and turned into table syncs.
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
