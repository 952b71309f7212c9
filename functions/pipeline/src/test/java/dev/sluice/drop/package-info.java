@NullMarked
package dev.sluice.drop;

import org.jspecify.annotations.NullMarked;
