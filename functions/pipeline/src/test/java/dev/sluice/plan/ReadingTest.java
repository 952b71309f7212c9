package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Slice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final int COLUMNS = 15;
    private static final int READERS = 4;

    /// A table of 3 million rows on 64 000 pages, of which `slices` of `mib` MiB are to be read.
    private static Reading.Facts facts(int slices, long mib, boolean every, long pages) {
        List<PlannedSlice> planned = new ArrayList<>();
        for (int i = 0; i < slices; i++) {
            planned.add(slice("s" + i, mib * MIB));
        }
        return new Reading.Facts(planned, every, 3_000_000, COLUMNS, pages, READERS, GIB);
    }

    private static PlannedSlice slice(String name, long bytes) {
        long rows = bytes / 180;
        return new PlannedSlice(
                Slice.ofText(name),
                Action.REPLACE,
                "new slice",
                new Fingerprint(rows, 1, "record-pg16"),
                bytes,
                0,
                true);
    }

    private static Reading choose(Reading.Facts facts, double all, double half, double list, double one) {
        Reading reading = Reading.choose(facts, new Reading.Costs(all, half, list, one));
        assertThat(reading.groups().stream().flatMap(g -> g.slices().stream()))
                .as("every slice in exactly one group")
                .containsExactlyInAnyOrderElementsOf(facts.slices());
        return reading;
    }

    @Test
    void tenOfAThousandSlicesWithoutAnIndexAreOneScanAndNotTen() {
        Reading reading = choose(facts(10, 1, false, 0), 94_000, 94_000, 96_000, 95_000);
        assertThat(reading.groups()).hasSize(1);
        assertThat(reading.groups().getFirst().way()).isEqualTo(Reading.Way.LIST);
        assertThat(reading.groups().getFirst().chunks()).isOne();
        assertThat(reading.reason()).startsWith("10 slices by list (the source's costs: list ");
    }

    @Test
    void slicesThatAnIndexFindsOneByOneButNotByListAreReadOneByOne() {
        Reading reading = choose(facts(10, 1, false, 0), 94_000, 94_000, 96_000, 50);
        assertThat(reading.groups()).extracting(Reading.Group::way).containsOnly(Reading.Way.EACH);
        assertThat(reading.reason()).startsWith("10 slices one by one");
    }

    @Test
    void aListThatTheSourceFindsDearerThanTheWholeTableBecomesOnePass() {
        Reading reading = choose(facts(900, 0, false, 0), 94_000, 94_000, 9_000_000, 10_000);
        assertThat(reading.groups()).extracting(Reading.Group::way).containsExactly(Reading.Way.PASS);
    }

    @Test
    void sendingRowsThatNobodyWantsCounts() {
        Reading reading = choose(facts(2, 1, false, 0), 94_000, 94_000, 120_000, 100_000);
        assertThat(reading.groups()).extracting(Reading.Group::way).containsExactly(Reading.Way.LIST);
    }

    @Test
    void batchesThatAnIndexFindsAreAsManyAsThereAreReaders() {
        Reading reading = choose(facts(100, 4, false, 64_000), 94_000, 47_000, 9_000, 90);
        assertThat(reading.groups()).hasSize(READERS);
        assertThat(reading.groups()).extracting(Reading.Group::chunks).containsOnly(1);
    }

    @Test
    void aScanOfMuchIsCutByPageInsteadOfRepeated() {
        Reading reading = choose(facts(20, 20, true, 64_000), 94_000, 47_000, 94_000, 94_000);
        assertThat(reading.groups()).hasSize(1);
        assertThat(reading.groups().getFirst().chunks()).isEqualTo(READERS);
        assertThat(reading.reason()).isEqualTo("every row in one pass in 4 batches cut by page");
    }

    @Test
    void smallSlicesAreNotTornForTheSakeOfMoreReaders() {
        Reading reading = choose(facts(400, 1, true, 64_000), 94_000, 47_000, 94_000, 94_000);
        assertThat(reading.groups()).extracting(Reading.Group::chunks).containsExactly(1);
    }

    @Test
    void aSourceThatCannotReadByPageIsNotAskedTo() {
        Reading reading = choose(facts(20, 20, true, 64_000), 94_000, 94_000, 94_000, 94_000);
        assertThat(reading.groups()).extracting(Reading.Group::chunks).containsExactly(1);
    }

    @Test
    void aSliceLargerThanChunkBytesIsCutWhereverPagesAreKnown() {
        List<PlannedSlice> slices = List.of(slice("giant", 5 * GIB / 2), slice("small", MIB));
        Reading.Facts facts = new Reading.Facts(slices, false, 3_000_000, COLUMNS, 64_000, READERS, GIB);
        Reading reading = choose(facts, 94_000, 94_000, 94_000, 94_000);
        assertThat(reading.groups()).hasSize(2);
        assertThat(reading.groups().getFirst()).isEqualTo(new Reading.Group(slices.subList(0, 1), Reading.Way.LIST, 3));
        assertThat(reading.reason()).isEqualTo("1 larger than chunk_bytes, in 3 chunks; one slice by name");
    }

    @Test
    void thereAreNeverMoreChunksThanPages() {
        Reading.Facts facts = new Reading.Facts(List.of(slice("toast", 9 * GIB)), true, 100, COLUMNS, 2, READERS, GIB);
        assertThat(choose(facts, 10, 5, 10, 10).groups().getFirst().chunks()).isEqualTo(2);
    }

    @Test
    void littleIsReadWithoutAsking() {
        Reading.Facts few = new Reading.Facts(List.of(slice("a", 10), slice("b", 10)), false, 50, 3, 0, READERS, GIB);
        assertThat(few.worthAsking()).isFalse();
        assertThat(choose(few, 0, 0, 0, 0).groups())
                .extracting(Reading.Group::way)
                .containsExactly(Reading.Way.LIST);
        assertThat(facts(10, 1, false, 0).worthAsking()).isTrue();
        assertThat(facts(1, 1, false, 0).worthAsking()).isFalse();
        assertThat(facts(1, 100, true, 64_000).worthAsking()).isTrue();
    }
}
