package dev.sluice.machine;

/** Unwinds a thread whose work is no longer wanted; it is never an outcome by itself. */
final class Cancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Cancelled() {
        super("cancelled", null, false, false);
    }
}
