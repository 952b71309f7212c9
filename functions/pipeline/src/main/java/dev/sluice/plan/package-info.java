/// What a run would do and why: pure functions from facts (fingerprints, ledger, warehouse) to ordered
/// actions and batches.
@NullMarked
package dev.sluice.plan;

import org.jspecify.annotations.NullMarked;
