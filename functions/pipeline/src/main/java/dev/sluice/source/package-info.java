/// The port to the database that is read: catalogue, and one locked snapshot at a time.
@NullMarked
package dev.sluice.source;

import org.jspecify.annotations.NullMarked;
