package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A file system of a size of its own, as `/tmp` of a function is one: it lives in the name space of a
/// helper process, is seen through `/proc`, and is gone when that process ends, however it does.
final class SmallDisk implements AutoCloseable {
    private static final String BALLAST = "ballast";
    private static final int BLOCK = 1 << 16;

    private final Process holder;
    private final Path path;

    private SmallDisk(Process holder, Path path) {
        this.holder = holder;
        this.path = path;
    }

    /// Empty where this machine gives no name spaces to its users.
    ///
    /// @param directory is made
    static Optional<SmallDisk> make(Path directory, int megabytes) {
        try {
            Files.createDirectories(directory);
            String mount =
                    "mount -t tmpfs -o size=%dm tmpfs \"$0\" && touch \"$0/ready\" && exec cat".formatted(megabytes);
            Process holder = new ProcessBuilder("unshare", "-rm", "sh", "-c", mount, directory.toString())
                    .redirectErrorStream(true)
                    .start();
            Path seen = Path.of("/proc/" + holder.pid() + "/root" + directory.toAbsolutePath());
            while (holder.isAlive() && !Files.exists(seen.resolve("ready"))) {
                holder.waitFor(10, TimeUnit.MILLISECONDS);
            }
            return holder.isAlive() ? Optional.of(new SmallDisk(holder, seen)) : Optional.empty();
        } catch (IOException noSuchProgram) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Path path() {
        return path;
    }

    /// Fills it up, but for so many bytes.
    void leave(long bytes) {
        try {
            Path ballast = path.resolve(BALLAST);
            Files.deleteIfExists(ballast);
            Files.createFile(ballast);
            long more = Files.getFileStore(path).getUsableSpace() - bytes;
            assertThat(more).isPositive();
            byte[] block = new byte[BLOCK];
            try (java.io.OutputStream out = Files.newOutputStream(ballast)) {
                for (long written = 0; written < more; written += BLOCK) {
                    out.write(block, 0, (int) Math.min(BLOCK, more - written));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void clear() {
        try {
            Files.deleteIfExists(path.resolve(BALLAST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
