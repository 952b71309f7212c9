/// DuckDB as the converter to Parquet and as the embedded warehouse.
@NullMarked
package dev.sluice.adapter.duckdb;

import org.jspecify.annotations.NullMarked;
