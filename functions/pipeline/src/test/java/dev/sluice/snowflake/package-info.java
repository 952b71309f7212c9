/// A Snowflake account on the loopback for tests: the protocol of the unmodified JDBC driver over an
/// in-memory DuckDB. What it does not know it refuses; it never says yes to a statement that it did not
/// carry out.
@NullMarked
package dev.sluice.snowflake;

import org.jspecify.annotations.NullMarked;
