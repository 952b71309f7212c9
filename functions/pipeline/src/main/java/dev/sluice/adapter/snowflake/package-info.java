/// The warehouse in Snowflake, through the unmodified JDBC driver: tables, publishing by staging, and the
/// ledger.
@NullMarked
package dev.sluice.adapter.snowflake;

import org.jspecify.annotations.NullMarked;
