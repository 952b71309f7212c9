@NullMarked
package dev.sluice.cli.init;

import org.jspecify.annotations.NullMarked;
