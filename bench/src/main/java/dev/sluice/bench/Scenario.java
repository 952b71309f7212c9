package dev.sluice.bench;

/// One comparison.
interface Scenario {
    /// As on the command line, and of its section in `bench/README.md`.
    String name();

    /// Its heading in `bench/README.md`.
    String title();

    void run(Context context, Findings findings) throws Exception;
}
