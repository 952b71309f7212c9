/// PostgreSQL and Greenplum as a source.
@NullMarked
package dev.sluice.adapter.postgres;

import org.jspecify.annotations.NullMarked;
