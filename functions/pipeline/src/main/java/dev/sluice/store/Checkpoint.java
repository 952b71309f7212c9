package dev.sluice.store;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Named places between two effects, where a test may stop the process and kill it, or let it sleep while
/// another run takes over. Without the system property `sluice.pause.at` a checkpoint does nothing.
///
/// With `-Dsluice.pause.at=NAME` (or several names, separated by commas) the first thread that reaches a
/// name creates the file `sluice.pause.file` and waits until that file is deleted.
public final class Checkpoint {
    private static final List<String> PAUSE_AT =
            List.of(System.getProperty("sluice.pause.at", "").split(",", -1));
    private static final @Nullable String PAUSE_FILE = System.getProperty("sluice.pause.file");
    private static final long POLL_MILLIS = 20;

    private Checkpoint() {}

    public static void reach(String name) {
        if (PAUSE_FILE != null && PAUSE_AT.contains(name)) {
            pause(name, Path.of(PAUSE_FILE));
        }
    }

    private static synchronized void pause(String name, Path file) {
        Path done = Path.of(file + "." + name + ".done");
        PrintStream log = System.err;
        try {
            if (Files.exists(done)) {
                return;
            }
            Files.createFile(done);
            Files.createFile(file);
            log.println("paused at " + name);
            while (Files.exists(file)) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
