/// The stages as Lambda functions: one handler per stage, JSON in, one call, JSON out. Nothing else
/// belongs here.
@NullMarked
package dev.sluice.lambda;

import org.jspecify.annotations.NullMarked;
