/// What `sluice init` proposes for a source that it has not seen before: facts to proposals, proposals to a
/// commented `sluice.yaml`.
@NullMarked
package dev.sluice.cli.init;

import org.jspecify.annotations.NullMarked;
