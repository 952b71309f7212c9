/// A run seen whole: the plan, plan-table and report stages, and every stage behind one door of JSON in,
/// JSON out.
@NullMarked
package dev.sluice.run;

import org.jspecify.annotations.NullMarked;
