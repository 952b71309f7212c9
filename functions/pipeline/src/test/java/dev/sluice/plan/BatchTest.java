package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Action;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.PageRange;
import dev.sluice.model.Slice;
import dev.sluice.store.Keys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {
    @Test
    void batchesAreFilledInOrderUpToTheChunk() {
        assertThat(sizes(100, 40, 40, 20, 1, 99, 1)).containsExactly(3, 2, 1);
    }

    @Test
    void aSliceLargerThanTheChunkIsABatchOfItsOwn() {
        assertThat(sizes(100, 10, 500, 10, 10)).containsExactly(1, 1, 2);
        assertThat(sizes(100, 500)).containsExactly(1);
    }

    @Test
    void slicesWithoutBytesAreLimitedByNumber() {
        assertThat(sizes(100, new long[2 * Batch.MAX_SLICES + 1])).containsExactly(10_000, 10_000, 1);
        assertThat(sizes(100)).isEmpty();
    }

    @Test
    void chunksCoverEveryPageOnceAndTheLastOneWhatIsAddedMeanwhile() {
        List<Batch.Chunk> chunks = Batch.Chunk.cut(10, 3);
        assertThat(chunks)
                .extracting(Batch.Chunk::pages)
                .containsExactly(new PageRange(0, 3), new PageRange(3, 6), new PageRange(6, PageRange.OPEN));
        assertThat(chunks).extracting(Batch.Chunk::index).containsExactly(0, 1, 2);
        assertThat(Batch.Chunk.cut(1, 1))
                .extracting(Batch.Chunk::pages)
                .containsExactly(new PageRange(0, PageRange.OPEN));
    }

    @Test
    void segmentsOfCaseTwinsAreTheDistinctOnes() {
        Map<Slice, String> segments = segments("a", "A", "b", "ä", "Ä");
        assertThat(segments).containsEntry(Slice.ofText("b"), "b").containsEntry(Slice.ofText("ä"), "%C3%A4");
        assertThat(segments.get(Slice.ofText("a"))).startsWith("a~");
        assertThat(segments.get(Slice.ofText("A"))).startsWith("A~");
    }

    @Test
    void noTwoSlicesOfATableShareASegmentWhateverTheFileSystemThinksOfCase() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            Set<Slice> slices = new HashSet<>(List.of(Slice.NULL, Slice.ALL));
            for (int i = 0; i < 100; i++) {
                slices.add(Slice.ofText(text(random)));
            }
            Map<Slice, String> segments = segments(slices);
            Set<String> folded = new HashSet<>();
            segments.values().forEach(segment -> folded.add(Keys.caseFolded(segment)));
            assertThat(folded).hasSameSizeAs(slices);
            assertThat(segments.keySet()).isEqualTo(slices);
        }
    }

    private static String text(Random random) {
        String[] pieces = {"a", "A", "%41", "\\", "N", "all", "~", "i", "İ", "ı", "🧀", " ", "/", ".", "x".repeat(149)};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static Map<Slice, String> segments(String... texts) {
        List<Slice> slices = new ArrayList<>();
        for (String text : texts) {
            slices.add(Slice.ofText(text));
        }
        return segments(slices);
    }

    private static Map<Slice, String> segments(Iterable<Slice> slices) {
        return Batch.segments(slices, Keys::segment, Keys::distinctSegment, Keys::caseFolded);
    }

    private static List<Integer> sizes(long chunkBytes, long... sliceBytes) {
        List<PlannedSlice> slices = IntStream.range(0, sliceBytes.length)
                .mapToObj(i -> new PlannedSlice(
                        Slice.ofText("S" + i), Action.REPLACE, "", Fingerprint.empty("none"), sliceBytes[i], 0, true))
                .toList();
        List<List<PlannedSlice>> groups = Batch.group(slices, chunkBytes);
        assertThat(groups.stream().flatMap(List::stream).toList()).isEqualTo(slices);
        return groups.stream().map(List::size).toList();
    }
}
