/// Runs on AWS: environments by name, and their executions, started, followed and stopped through Step
/// Functions. What became of a run is read from the lake.
@NullMarked
package dev.sluice.cli.aws;

import org.jspecify.annotations.NullMarked;
