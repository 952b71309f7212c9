/// The lake of a laptop: an S3 endpoint inside the process that keeps its objects as files of one
/// directory.
@NullMarked
package dev.sluice.cli.lake;

import org.jspecify.annotations.NullMarked;
