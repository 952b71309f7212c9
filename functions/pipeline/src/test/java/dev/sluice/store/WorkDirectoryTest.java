package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
    @TempDir
    Path parent = Path.of("");

    @Test
    void whatIsInARoomGoesWithIt() throws IOException {
        try (WorkDirectory work = WorkDirectory.open(parent)) {
            try (WorkDirectory.Room room = work.room("land");
                    WorkDirectory.Room other = work.room("land")) {
                assertThat(room.path()).isNotEqualTo(other.path());
                Files.createDirectories(room.path().resolve("a/b"));
                Files.writeString(room.path().resolve("a/b/c"), "x");
            }
            assertThat(work.path()).isEmptyDirectory();
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void theNextOneCleansUpAfterDeadProcessesOnly() throws IOException {
        Path dead = Files.createDirectories(parent.resolve("work-999999999999"));
        Files.writeString(dead.resolve("left"), "x");
        Path nobody = Files.createDirectories(parent.resolve("work-of-nobody"));
        Path alive = Files.createDirectories(parent.resolve(
                "work-" + ProcessHandle.current().parent().orElseThrow().pid()));
        Path stranger = Files.createDirectories(parent.resolve("something-else"));
        try (WorkDirectory work = WorkDirectory.open(parent)) {
            assertThat(dead).doesNotExist();
            assertThat(nobody).doesNotExist();
            assertThat(alive).exists();
            assertThat(stranger).exists();
            assertThat(work.path()).exists();
        }
    }
}
