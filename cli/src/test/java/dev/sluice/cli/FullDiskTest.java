package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.cli.functions.LocalFunctions;
import dev.sluice.machine.TaskInvoker;
import dev.sluice.model.RunRequest;
import dev.sluice.run.RunReport;
import dev.sluice.verify.TableResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `/tmp` of a packaged function is full: a limit that says what to change, and nothing stays
/// behind that would fill it for the next call.
@Tag("slow")
@Timeout(240)
class FullDiskTest {
    private static final int DISK_MB = 32;

    @TempDir
    Path directory;

    @Test
    void aFullDiskIsALimitThatNamesWhatToChangeAndTheSameProcessGoesOn() throws IOException {
        Optional<SmallDisk> made = SmallDisk.make(directory.resolve("disk"), DISK_MB);
        assumeTrue(made.isPresent(), "no name spaces for users here (unshare -rm), so no small disk");
        try (SmallDisk disk = made.get();
                FunctionsBed functions = new FunctionsBed(directory.resolve("bed"))) {
            functions
                    .bed()
                    .execute(
                            "CREATE TABLE store (id int PRIMARY KEY)",
                            "INSERT INTO store VALUES (1)",
                            "CREATE TABLE big (id int PRIMARY KEY, a text)",
                            "INSERT INTO big SELECT i, (SELECT string_agg(md5(i || '-' || j), '') FROM"
                                    + " generate_series(1, 8) j) FROM generate_series(1, 40000) i")
                    .tables("public.store: {strategy: wholesale}", "public.big: {strategy: wholesale}");
            Files.createSymbolicLink(directory.resolve("bed/tight"), disk.path());
            LocalFunctions good = functions.functions("good", functions.yaml(), Duration.ofMinutes(2));
            // Native libraries elsewhere: the loader does not find what is seen through /proc.
            String libraries = "-Djava.io.tmpdir=" + Files.createDirectory(directory.resolve("libraries"));
            LocalFunctions tight = functions.functions("tight", functions.yaml(), Duration.ofMinutes(2), libraries);
            TaskInvoker both = (name, payload) -> (name.equals("land") ? tight : good).invoke(name, payload);
            succeeds(functions, both, "public.store");

            disk.leave(1 << 20);
            assertThat(limit(functions, both))
                    .contains("land: /tmp is full: raise functions[\"land\"].tmp_mb, or lower chunk_bytes");
            disk.clear();
            succeeds(functions, both, "public.big");
            functions.bed().assertEqualEnds("public.big");
        }
    }

    private static void succeeds(FunctionsBed functions, TaskInvoker with, String table) {
        RunReport report = functions.run(with, only(table));
        assertThat(report.status())
                .as("%s %s", report, functions.log("tight", "land"))
                .isEqualTo("SUCCEEDED");
    }

    private static RunRequest only(String table) {
        return new RunRequest(List.of(table), true, Optional.empty(), List.of(), RunRequest.Mode.SYNC, false, "test");
    }

    private static String limit(FunctionsBed functions, TaskInvoker with) {
        RunReport report = functions.run(with, only("public.big"));
        assertThat(report.status()).isEqualTo("FAILED");
        TableResult table = Bed.only(report);
        assertThat(table.error().orElseThrow()).as("%s", table).isNotEmpty();
        return table.error().orElseThrow();
    }
}
