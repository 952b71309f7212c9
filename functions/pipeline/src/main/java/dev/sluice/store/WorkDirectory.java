package dev.sluice.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Room on the local disk for one process: named after its process id, emptied when closed; those of dead
/// processes are cleaned when the next one opens. Thread-safe.
public final class WorkDirectory implements AutoCloseable {
    private static final String PREFIX = "work-";
    private static final int DELETE_ATTEMPTS = 5;

    private final Path path;

    private WorkDirectory(Path path) {
        this.path = path;
    }

    public static WorkDirectory open(Path parent) {
        try {
            Files.createDirectories(parent);
            removeDead(parent);
            Path path = parent.resolve(PREFIX + ProcessHandle.current().pid());
            Files.createDirectories(path);
            return new WorkDirectory(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + parent + " for temporary files", e);
        }
    }

    /// A new directory of this name and a suffix of its own; closing it deletes it with all it holds.
    public Room room(String name) {
        try {
            return new Room(Files.createTempDirectory(path, name + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes what rooms left behind that nobody closed; only where no room is in use.
    public void sweep() {
        delete(path);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        delete(path);
    }

    /// A temporary directory.
    public record Room(Path path) implements AutoCloseable {
        @Override
        public void close() {
            delete(path);
        }
    }

    private static void removeDead(Path parent) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : found) {
                String pid = directory.getFileName().toString().substring(PREFIX.length());
                boolean alive = pid.matches("\\d{1,18}")
                        && ProcessHandle.of(Long.parseLong(pid)).isPresent();
                if (!alive) {
                    delete(directory);
                }
            }
        }
    }

    /// Deletes once more when something is still being written there: a process that is told to end does
    /// not wait for all of its threads.
    private static void delete(Path directory) {
        for (int attempt = 1; ; attempt++) {
            try {
                deleteOnce(directory);
                return;
            } catch (IOException | UncheckedIOException e) {
                if (attempt == DELETE_ATTEMPTS) {
                    throw new UncheckedIOException(
                            "cannot delete temporary files in " + directory, new IOException(e.getMessage(), e));
                }
            }
        }
    }

    private static void deleteOnce(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }
}
