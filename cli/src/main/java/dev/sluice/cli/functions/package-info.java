/// The packaged functions on this machine: a loopback Runtime API, and one process per function as Lambda
/// would start it.
@NullMarked
package dev.sluice.cli.functions;

import org.jspecify.annotations.NullMarked;
