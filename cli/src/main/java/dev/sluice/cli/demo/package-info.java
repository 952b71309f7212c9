/// The story that `sluice demo` tells: a pharmacy retailer's database, and some days of its business.
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
