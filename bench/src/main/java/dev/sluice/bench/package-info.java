/// Measurements of Sluice beside what people would use instead, on one machine in one run. Not part of the
/// product: nothing else may depend on it.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
