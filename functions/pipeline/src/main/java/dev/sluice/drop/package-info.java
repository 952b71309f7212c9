/// Files that others drop: which there are, what became of them, and the table that follows from them.
@NullMarked
package dev.sluice.drop;

import org.jspecify.annotations.NullMarked;
