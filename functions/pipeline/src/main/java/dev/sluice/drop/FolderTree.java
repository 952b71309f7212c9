package dev.sluice.drop;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A tree of files in a folder of this machine. A file has no entity tag; the times of its content and, where
/// the file system knows, of its last change of any kind stand for one.
public final class FolderTree implements FileTree {
    private final Path folder;

    private FolderTree(Path folder) {
        this.folder = folder;
    }

    /// @throws InvalidRequest there is no such folder
    public static FolderTree of(Path folder) {
        if (Files.isRegularFile(folder)) {
            throw new InvalidRequest("%s is a file; name the folder that it lies in".formatted(folder));
        }
        if (!Files.isDirectory(folder)) {
            throw new InvalidRequest(
                    "there is no folder %s".formatted(folder.toAbsolutePath().normalize()));
        }
        try {
            // without links and dots, so that one folder has one name
            return new FolderTree(folder.toRealPath());
        } catch (IOException e) {
            throw new InvalidRequest("the folder %s cannot be read: %s".formatted(folder, e), e);
        }
    }

    @Override
    public String root() {
        return spelled(folder) + (folder.getNameCount() == 0 ? "" : "/");
    }

    private static String spelled(Path path) {
        String text = path.toString().replace(path.getFileSystem().getSeparator(), "/");
        return text.startsWith("/") ? text : "/" + text;
    }

    @Override
    public List<ObjectStore.Stat> list() {
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(Files::isRegularFile)
                    .flatMap(file -> stat(file).stream())
                    .sorted(Comparator.comparing(ObjectStore.Stat::key))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidRequest("the folder %s cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
    }

    @Override
    public Optional<ObjectStore.Opened> openUnchanged(ObjectStore.Stat listed) {
        if (!isStill(listed)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ObjectStore.Opened(Files.newInputStream(path(listed)), ""));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw new InvalidRequest("%s cannot be read: %s".formatted(listed.key(), e), e);
        }
    }

    @Override
    public boolean isStill(ObjectStore.Stat listed) {
        return stat(path(listed)).map(listed::equals).orElse(false);
    }

    private Path path(ObjectStore.Stat listed) {
        return folder.resolve(listed.key().substring(root().length()));
    }

    private static Optional<ObjectStore.Stat> stat(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            long content = found.lastModifiedTime().to(TimeUnit.NANOSECONDS);
            String etag = "%d-%d".formatted(content, changed(file).orElse(content));
            return Optional.of(new ObjectStore.Stat(
                    spelled(file), found.size(), etag, found.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreUnavailable("look at %s: %s".formatted(file, e), e);
        }
    }

    /// Nanoseconds. A copy that keeps the time of the content does not keep this one.
    private static Optional<Long> changed(Path file) throws IOException {
        try {
            return Files.getAttribute(file, "unix:ctime") instanceof FileTime time
                    ? Optional.of(time.to(TimeUnit.NANOSECONDS))
                    : Optional.empty();
        } catch (UnsupportedOperationException | IllegalArgumentException unknownHere) {
            return Optional.empty();
        }
    }
}
