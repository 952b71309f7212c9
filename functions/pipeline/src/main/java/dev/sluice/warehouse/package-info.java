/// The load stage and the port to the warehouse: target tables, publishing in one transaction, and the
/// ledger.
@NullMarked
package dev.sluice.warehouse;

import org.jspecify.annotations.NullMarked;
