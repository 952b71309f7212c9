/// Step Functions as far as Sluice talks to it: the protocol on the loopback interface, and behind it the
/// state machine runner. An action that it does not know is an error.
@NullMarked
package dev.sluice.stepfunctions;

import org.jspecify.annotations.NullMarked;
