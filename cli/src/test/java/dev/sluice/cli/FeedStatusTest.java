package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.drop.FeedStanding;
import dev.sluice.store.Keys;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `status` and `doctor` say of feeds, and what becomes of commands about tables where there are none:
/// the configuration has no source.
@Tag("slow")
class FeedStatusTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private DropsBed bed() {
        return new DropsBed(directory)
                .feeds("pos: {match: \"drops/pos/*.csv\", format: csv, target: retail.pos, columns: {id: integer},"
                        + " mode: append, expect_every: 2 hours}");
    }

    private String command(DropsBed bed, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "-c";
        all[arguments.length + 1] = bed.writeConfig().toString();
        int code = Sluice.run(printer, printer, all);
        return code + "\n" + out;
    }

    @Test
    void statusTellsFilesRefusalsAndWhetherTheFeedIsLate() {
        DropsBed bed = bed();
        assertThat(command(bed, "status")).startsWith("0\n").contains("No file was received");
        Instant recently = Instant.now().minus(Duration.ofMinutes(70));
        bed.drop("drops/pos/a.csv", "id\n1\n", recently).drop("drops/pos/b.csv", "id\none\n", recently);
        bed.receive();

        assertThat(command(bed, "status"))
                .containsPattern("pos +retail.pos +1 +1 +0 +70 min ago +\\d+ s ago +\\d+ s ago")
                .doesNotContain("LATE");

        bed.drop("drops/pos/a.csv", "id\n1\n", recently.minusSeconds(7200))
                .drop("drops/pos/b.csv", "id\none\n", recently.minusSeconds(7200));
        bed.receive();
        assertThat(command(bed, "status")).contains("ago, LATE");
        assertThat(command(bed, "status", "-o", "json"))
                .contains("\"feed\":\"pos\"", "\"late\":true", "\"refused\":1", "\"tables\":[]");
    }

    @Test
    void aRunThatMovesNothingLeavesTheTimeOfTheLastLoad() {
        DropsBed bed = bed().drop("drops/pos/a.csv", "id\n1\n");
        bed.receive();
        FeedStanding first = standing(bed);

        bed.receive();

        FeedStanding second = standing(bed);
        assertThat(second.loadedAt()).isPresent().isEqualTo(first.loadedAt());
        assertThat(second.checkedAt()).isAfter(first.checkedAt());
        assertThat(second.files()).isEqualTo(1);
    }

    private static FeedStanding standing(DropsBed bed) {
        return bed.with(run -> run.documents().get(Keys.feedStanding("pos"), FeedStanding.class));
    }

    @Test
    void doctorTellsWhatMatchesAndWhatDoesNot() {
        DropsBed bed = bed();
        assertThat(command(bed, "doctor"))
                .startsWith("0\n")
                .contains(
                        "no file matches drops/pos/*.csv",
                        "put a file under " + directory.resolve("lake/lake/drops/pos/"),
                        "0 entries under tables, 1 under drops")
                .doesNotContain("source");

        bed.drop("drops/pos/2026/a.csv", "id\n1\n").drop("drops/pos/b.txt", "id\n1\n");
        assertThat(command(bed, "doctor"))
                .contains("no file matches", "2 others under drops/pos/ do not match, such as drops/pos/2026/a.csv");

        bed.drop("drops/pos/sales of May.csv", "id\n1\n");
        assertThat(command(bed, "doctor"))
                .contains("1 file is not seen because of the name, such as drops/pos/sales of May.csv");

        bed.drop("drops/pos/a.csv", "id\n1\n");
        assertThat(command(bed, "doctor")).contains("1 file matches drops/pos/*.csv", "2 others");

        bed.drop("drops/pos/a.csv", "id\n1\n", Instant.now().minus(Duration.ofHours(3)));
        assertThat(command(bed, "doctor")).contains("older than expect_every");
    }

    @Test
    void commandsAboutTablesSayThatThereAreNone() {
        DropsBed bed = bed();
        for (String verb : new String[] {"sync", "plan", "verify"}) {
            assertThat(command(bed, verb)).as(verb).startsWith("2\n").contains("has no source and no tables");
        }
    }
}
