/// The `sluice` command: verbs, what they print, and a run held whole in this process.
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
