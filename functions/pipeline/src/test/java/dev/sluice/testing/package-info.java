/// What tests of several packages share: real servers.
@NullMarked
package dev.sluice.testing;

import org.jspecify.annotations.NullMarked;
