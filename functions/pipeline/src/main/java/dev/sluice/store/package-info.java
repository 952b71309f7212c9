/// Objects in the lake and the documents of a run: keys, receipts, plans and the lock of a table.
@NullMarked
package dev.sluice.store;

import org.jspecify.annotations.NullMarked;
