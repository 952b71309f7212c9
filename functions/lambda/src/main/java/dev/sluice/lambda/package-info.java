/// The stages as Lambda functions: one handler per stage, JSON in, one call, JSON out, and what a process of
/// Lambda adds to it: configuration, deadline, logs and metrics. No stage knows of any of this.
@NullMarked
package dev.sluice.lambda;

import org.jspecify.annotations.NullMarked;
