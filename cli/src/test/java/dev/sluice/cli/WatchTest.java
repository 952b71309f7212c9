package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice watch`: what is dropped while it runs is loaded, and Ctrl-C ends it without leavings.
@Tag("slow")
class WatchTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void loadsWhatIsDroppedWhileItRunsAndEndsCleanlyWithCtrlC() throws Exception {
        DropsBed bed = new DropsBed(directory)
                .feeds(
                        "pos: {match: \"drops/*.csv\", format: csv, target: retail.pos, columns: {id: integer}, mode: append}")
                .drop("drops/a.csv", "id\n1\n");
        try (OtherProcess watch = bed.command("", "watch", "--every", "1s", "--max-wait", "1s")) {
            watch.awaitOutput("pos: 1 loaded, 1 rows");
            bed.drop("drops/b.csv", "id\n2\n3\n");
            watch.awaitOutput("pos: 1 loaded, 2 rows");
            watch.signal("INT");
            assertThat(watch.await()).as(watch.everything()).isEqualTo(130);
        }
        assertThat(bed.query("SELECT id FROM retail.pos ORDER BY id")).containsExactly("1", "2", "3");
        bed.assertNoOrphans();
        try (Stream<Path> left = Files.list(directory.resolve(".sluice").resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }
}
