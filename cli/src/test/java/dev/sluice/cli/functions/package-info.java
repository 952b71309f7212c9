@NullMarked
package dev.sluice.cli.functions;

import org.jspecify.annotations.NullMarked;
