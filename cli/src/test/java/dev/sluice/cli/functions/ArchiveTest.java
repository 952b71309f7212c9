package dev.sluice.cli.functions;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.InvalidRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
    @TempDir
    private Path directory = Path.of("");

    private void refused(Path zip, String why) {
        Path code = directory.resolve("code");
        // The second time nothing may be taken for unzipped.
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Archive.unzip(zip, code))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContainingAll(zip.toString(), why, "-pl functions/lambda -am package");
        }
    }

    @Test
    void whatIsNotThereIsRefused() {
        refused(directory.resolve("function.zip"), "no such file");
        refused(directory, "no such file");
    }

    @Test
    void whatIsNoZipIsRefused() throws IOException {
        refused(Files.createFile(directory.resolve("empty.zip")), "not a function.zip");
        refused(Files.writeString(directory.resolve("text.zip"), "no zip"), "not a function.zip");
    }

    @Test
    void aZipWithoutTheFunctionsIsRefused() throws IOException {
        Path zip = directory.resolve("other.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(file)) {
            entries.putNextEntry(new ZipEntry("bootstrap"));
            entries.closeEntry();
        }
        refused(zip, "not a function.zip");
    }
}
