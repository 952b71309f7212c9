/// What `sluice doctor` looks at: source, tables, lake, warehouse, this machine. Changes nothing that stays.
@NullMarked
package dev.sluice.cli.doctor;

import org.jspecify.annotations.NullMarked;
