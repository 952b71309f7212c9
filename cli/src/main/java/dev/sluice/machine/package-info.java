/** Executes an Amazon States Language file (JSONata) in one process: its parser and checks, its interpreter, and the ports to functions and objects; nothing here knows what Sluice's states do. */
@NullMarked
package dev.sluice.machine;

import org.jspecify.annotations.NullMarked;
