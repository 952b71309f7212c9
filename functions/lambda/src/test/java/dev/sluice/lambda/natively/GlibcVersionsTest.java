package dev.sluice.lambda.natively;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlibcVersionsTest {
    private static final String LIBRARY = "libduckdb_java.so_linux_amd64";

    @TempDir
    private Path directory = Path.of("");

    private Path library() throws IOException {
        Path library = directory.resolve(LIBRARY);
        try (ZipFile jar = new ZipFile(Archive.of(DuckDBDriver.class).file().toFile());
                InputStream in = jar.getInputStream(jar.getEntry(LIBRARY))) {
            Files.copy(in, library);
        }
        return library;
    }

    @Test
    void aLibraryOfDuckDbRunsOnAmazonLinuxAndNotOnAnOlderGlibc() throws IOException {
        NavigableSet<String> versions =
                Objects.requireNonNull(GlibcVersions.in(library()).get(LIBRARY));
        assertThat(versions).isNotEmpty();
        assertThat(GlibcVersions.newer(versions, GlibcVersions.NEWEST)).isEmpty();
        assertThat(GlibcVersions.newer(versions, "2.9"))
                .as("2.17 is newer than 2.9")
                .isNotEmpty();
    }

    @Test
    void whatLiesInAZipIsFoundAndOtherFilesAreNotLookedAt() throws IOException {
        Path zip = directory.resolve("function.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(file)) {
            entries.putNextEntry(new ZipEntry("bootstrap"));
            Files.copy(library(), entries);
            entries.putNextEntry(new ZipEntry("README"));
            entries.write("PK, but no zip".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        Map<String, NavigableSet<String>> found = GlibcVersions.in(zip);
        assertThat(found).containsOnlyKeys("function.zip!bootstrap");
        assertThat(GlibcVersions.in(Files.writeString(directory.resolve("text"), "no ELF")))
                .isEmpty();
    }
}
