/// The verify stage: receipts, warehouse and ledger agree; and the two ends compared on demand.
@NullMarked
package dev.sluice.verify;

import org.jspecify.annotations.NullMarked;
