/// What the Snowflake driver must not do in a native executable: methods that GraalVM puts in the
/// place of the driver's own while it builds. On a JVM nothing of this runs. docs/native.md has the
/// whole picture.
@NullMarked
package dev.sluice.lambda.natively;

import org.jspecify.annotations.NullMarked;
