package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is in function.zip, and what is not.
@Tag("slow")
class FunctionZipTest {
    private static final Path ZIP = Path.of("../functions/lambda/target/function.zip");

    /// Lambda's limit for all that is unzipped, layers included, bytes.
    private static final long LARGEST_UNZIPPED = 250L << 20;

    @Test
    void itHasTheNativeLibrariesOfOnePlatformAndFitsWell() throws IOException {
        List<String> libraries = new ArrayList<>();
        long unzipped = 0;
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                unzipped += entry.getSize();
                if (entry.getName().endsWith(".jar")) {
                    try (InputStream jar = zip.getInputStream(entry)) {
                        libraries.addAll(libraries(jar));
                    }
                }
            }
        }
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        String duckdb = "libduckdb_java.so_linux_" + (arm ? "arm64" : "amd64");
        String zstd = "linux/%s/libzstd-jni-1.5.7-16.so".formatted(arm ? "aarch64" : "amd64");
        assertThat(libraries).containsExactlyInAnyOrder(duckdb, zstd);
        assertThat(unzipped).isLessThan(LARGEST_UNZIPPED * 3 / 5);
    }

    /// infra/functions.tf compares it with the variables.
    @Test
    void aFileBesideItSaysWhatItWasBuiltFor() throws IOException {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        assertThat(Files.readString(ZIP.resolveSibling("function.json")))
                .isEqualToIgnoringNewLines(
                        "{\"runtime\":\"java21\",\"architecture\":\"%s\"}".formatted(arm ? "arm64" : "x86_64"));
    }

    private static List<String> libraries(InputStream jar) throws IOException {
        List<String> found = new ArrayList<>();
        ZipInputStream entries = new ZipInputStream(jar);
        for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            if (entry.getName().matches(".*(\\.so(_.*)?|\\.dll|\\.dylib|\\.jnilib)")) {
                found.add(entry.getName());
            }
        }
        return found;
    }
}
