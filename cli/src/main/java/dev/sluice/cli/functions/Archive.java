package dev.sluice.cli.functions;

import dev.sluice.model.InvalidRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// `function.zip`, unzipped as Lambda does it.
final class Archive {
    private static final String DONE = ".unzipped";
    private static final String MAKE =
            "./mvnw -pl functions/lambda -am package -DskipTests makes functions/lambda/target/function.zip";

    private Archive() {}

    /// Unzips unless the very same file was unzipped there before.
    ///
    /// @param parent gets a directory for this version of the file
    /// @return that directory
    static Path unzip(Path zip, Path parent) {
        if (!Files.isRegularFile(zip)) {
            throw new InvalidRequest("%s: no such file; %s".formatted(zip, MAKE));
        }
        try {
            Path directory = parent.resolve("%d-%d"
                    .formatted(Files.size(zip), Files.getLastModifiedTime(zip).toMillis()));
            Path done = directory.resolve(DONE);
            if (!Files.exists(done)) {
                extract(zip, directory);
                if (!Files.isDirectory(directory.resolve("dev/sluice/lambda"))) {
                    throw new InvalidRequest(
                            "%s: not a function.zip for the managed Java runtime; %s".formatted(zip, MAKE));
                }
                Files.createFile(done);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(zip + ": cannot be unzipped", e);
        }
    }

    private static void extract(Path zip, Path directory) throws IOException {
        Path root = directory.toAbsolutePath().normalize();
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(file)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path path = root.resolve(entry.getName()).normalize();
                if (!path.startsWith(root)) {
                    throw new IOException("an entry that leads out of the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.deleteIfExists(path);
                    Files.copy(entries, path);
                }
            }
        }
    }
}
