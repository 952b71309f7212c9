/// The words of the domain: tables, columns, slices, fingerprints, definitions, and the failures that a
/// stage may end with.
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
