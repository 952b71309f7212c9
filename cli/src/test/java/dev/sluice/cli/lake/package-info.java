@NullMarked
package dev.sluice.cli.lake;

import org.jspecify.annotations.NullMarked;
