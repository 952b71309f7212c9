package dev.sluice.cli.lake;

import dev.sluice.model.StoreUnavailable;
import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Makes conditional writes atomic between all processes that serve the same directory, each with an
/// endpoint of its own: the endpoint compares and then writes, and only within itself is that one step.
///
/// A lock on the file `.conditional-writes.lock` is held around every small write and every deletion, so
/// that nothing comes between another process's comparison and its write. Uploads of files are left out:
/// they are long, and their keys are written once. The operating system drops the lock of a process that
/// dies.
final class ExclusiveConditionalWrites implements ObjectStore {
    static final String LOCK_FILE = ".conditional-writes.lock";

    /// An operating-system lock belongs to the process, so threads need one too; by the lock file's path.
    private static final Map<Path, ReentrantLock> WITHIN_PROCESS = new ConcurrentHashMap<>();

    private final ObjectStore store;
    private final Path lockFile;
    private final ReentrantLock withinProcess;

    private ExclusiveConditionalWrites(ObjectStore store, Path lockFile, ReentrantLock withinProcess) {
        this.store = store;
        this.lockFile = lockFile;
        this.withinProcess = withinProcess;
    }

    /// @param directory the served directory, as a real path
    static ExclusiveConditionalWrites of(ObjectStore store, Path directory) {
        Path lockFile = directory.resolve(LOCK_FILE);
        return new ExclusiveConditionalWrites(
                store, lockFile, WITHIN_PROCESS.computeIfAbsent(lockFile, path -> new ReentrantLock()));
    }

    @Override
    public void write(String key, String content) {
        exclusively(() -> {
            store.write(key, content);
            return true;
        });
    }

    @Override
    public boolean writeIfAbsent(String key, String content) {
        return exclusively(() -> store.writeIfAbsent(key, content));
    }

    @Override
    public Optional<String> replace(String key, String content, String etag) {
        // The endpoint may drop the connection of a write whose condition fails, which costs the client its patience;
        // under the lock the answer is known before.
        return exclusively(() -> store.stat(key)
                .filter(now -> now.etag().equals(etag))
                .flatMap(now -> store.replace(key, content, etag)));
    }

    @Override
    public void delete(Collection<String> keys) {
        exclusively(() -> {
            store.delete(keys);
            return true;
        });
    }

    @Override
    public Optional<Stat> stat(String key) {
        return store.stat(key);
    }

    @Override
    public InputStream open(String key) {
        return store.open(key);
    }

    @Override
    public Optional<Opened> openUnchanged(Stat listed) {
        return store.openUnchanged(listed);
    }

    @Override
    public Optional<Content> read(String key) {
        return store.read(key);
    }

    @Override
    public void upload(String key, Body body) {
        store.upload(key, body);
    }

    @Override
    public List<Stat> list(String prefix) {
        return store.list(prefix);
    }

    @Override
    public int abortStaleUploads(String prefix) {
        return store.abortStaleUploads(prefix);
    }

    @Override
    public String bucket() {
        return store.bucket();
    }

    @Override
    public String bucketKey(String key) {
        return store.bucketKey(key);
    }

    private <T> T exclusively(Supplier<T> action) {
        withinProcess.lock();
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = channel.lock();
            try {
                return action.get();
            } finally {
                lock.release();
            }
        } catch (IOException e) {
            throw new StoreUnavailable("lock the lake with " + lockFile + ": " + e.getMessage(), e);
        } finally {
            withinProcess.unlock();
        }
    }
}
