package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.ObjectStore.Content;
import dev.sluice.store.ObjectStore.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every object store keeps, whatever is behind it. Each test gets a store that is empty.
public abstract class ObjectStoreContract {
    @TempDir
    Path files = Path.of("");

    /// The store under test, its lake below a prefix of the bucket.
    protected abstract ObjectStore store();

    /// The same lake through the bucket's root.
    protected abstract ObjectStore wholeBucket();

    /// Whether the server behind the store compares and writes in one step.
    protected boolean replaceIsAtomic() {
        return true;
    }

    @Test
    void whatWasWrittenIsRead() {
        store().write("runs/1/receipt.json", "{\"käse\": \"🧀\"}\n");
        Content content = store().read("runs/1/receipt.json").orElseThrow();
        assertThat(content.text()).isEqualTo("{\"käse\": \"🧀\"}\n");
        assertThat(content.etag()).isNotEmpty();
    }

    @Test
    void whatWasListedIsOpenedOnlyAsLongAsItIsTheSame() throws IOException {
        store().write("drops/a", "first");
        store().write("drops/b", "first");
        ObjectStore.Stat a = store().list("drops/").getFirst();
        ObjectStore.Stat b = store().list("drops/").getLast();
        try (ObjectStore.Opened opened = store().openUnchanged(a).orElseThrow()) {
            assertThat(new String(opened.in().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("first");
        }
        store().write("drops/a", "other");
        store().delete(List.of("drops/b"));
        assertThat(store().openUnchanged(a)).isEmpty();
        assertThat(store().openUnchanged(b)).isEmpty();
    }

    @Test
    void theLastWriterWins() {
        store().write("a", "first");
        store().write("a", "second");
        assertThat(text("a")).isEqualTo("second");
    }

    @Test
    void anEmptyObjectIsAnObject() {
        store().write("empty", "");
        assertThat(text("empty")).isEmpty();
        assertThat(store().stat("empty").orElseThrow().bytes()).isZero();
        assertThat(store().writeIfAbsent("empty", "x")).isFalse();
    }

    @Test
    void absenceIsSaidTheWayEachMethodPromises() {
        assertThat(store().stat("nowhere")).isEmpty();
        assertThat(store().read("nowhere")).isEmpty();
        assertThat(store().list("nowhere")).isEmpty();
        assertThat(store().replace("nowhere", "x", "\"0123456789abcdef0123456789abcdef\""))
                .isEmpty();
        assertThatThrownBy(() -> store().open("no/where"))
                .isInstanceOf(DataMismatch.class)
                .hasMessageContaining(store().bucketKey("no/where"));
    }

    @Test
    void aFileComesBackByteForByte() throws IOException {
        byte[] bytes = random(3_000_001);
        store().upload("raw/part-00000.csv.zst", Body.of(file(bytes)));
        try (InputStream in = store().open("raw/part-00000.csv.zst")) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(store().stat("raw/part-00000.csv.zst").orElseThrow().bytes()).isEqualTo(bytes.length);
    }

    @Test
    void anEmptyFileIsUploaded() throws IOException {
        store().upload("raw/empty.csv.zst", Body.of(file(new byte[0])));
        assertThat(store().stat("raw/empty.csv.zst").orElseThrow().bytes()).isZero();
    }

    @Test
    void aFileOfSeveralPartsComesBackByteForByte() throws IOException {
        byte[] bytes = random((64 << 20) + 5_000_001);
        store().upload("lake/part-00000.parquet", Body.of(file(bytes)));
        try (InputStream in = store().open("lake/part-00000.parquet")) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(store().list("")).extracting(Stat::key).containsExactly("lake/part-00000.parquet");
    }

    @Test
    void readingMayStopAnywhere() throws IOException {
        store().upload("big", Body.of(file(random(20_000_000))));
        for (int i = 0; i < 5; i++) {
            try (InputStream in = store().open("big")) {
                assertThat(in.read(new byte[100])).isPositive();
            }
        }
    }

    @Test
    void writeIfAbsentLosesAgainstWhatIsThere() {
        assertThat(store().writeIfAbsent("commit", "first")).isTrue();
        assertThat(store().writeIfAbsent("commit", "second")).isFalse();
        assertThat(text("commit")).isEqualTo("first");
        store().delete(List.of("commit"));
        assertThat(store().writeIfAbsent("commit", "third")).isTrue();
    }

    @Test
    void replaceNeedsTheCurrentTag() {
        store().write("lock", "epoch 1");
        String first = store().read("lock").orElseThrow().etag();
        String second = store().replace("lock", "epoch 2", first).orElseThrow();
        assertThat(second).isEqualTo(store().read("lock").orElseThrow().etag()).isNotEqualTo(first);
        assertThat(store().replace("lock", "epoch 3", first)).isEmpty();
        assertThat(text("lock")).isEqualTo("epoch 2");
        assertThat(store().replace("lock", "epoch 3", second)).isPresent();
    }

    @Test
    void everyMethodNamesTheSameTag() {
        store().write("tagged", "content");
        String etag = store().read("tagged").orElseThrow().etag();
        assertThat(store().stat("tagged").map(Stat::etag)).contains(etag);
        assertThat(store().list("tagged")).extracting(Stat::etag).containsExactly(etag);
    }

    @Test
    void ofManyWritersOneWins() throws Exception {
        for (int round = 0; round < 5; round++) {
            String key = "runs/" + round + "/commit.json";
            AtomicInteger winners = new AtomicInteger();
            inParallel(16, writer -> {
                if (store().writeIfAbsent(key, "writer " + writer)) {
                    winners.incrementAndGet();
                }
            });
            assertThat(winners).hasValue(1);
        }
    }

    @Test
    void noIncrementIsLostBetweenReplacers() throws Exception {
        assumeTrue(replaceIsAtomic());
        store().write("counter", "0");
        inParallel(8, writer -> {
            for (int done = 0; done < 5; ) {
                Content now = store().read("counter").orElseThrow();
                String next = Integer.toString(Integer.parseInt(now.text()) + 1);
                done += store().replace("counter", next, now.etag()).isPresent() ? 1 : 0;
            }
        });
        assertThat(text("counter")).isEqualTo("40");
    }

    @Test
    void listIsByPrefixOfTheKeyAndSorted() {
        for (String key : List.of("b", "a/2", "a/1/x", "ab", "a/10", "c/")) {
            store().write(key, key);
        }
        assertThat(store().list("")).extracting(Stat::key).containsExactly("a/1/x", "a/10", "a/2", "ab", "b", "c/");
        assertThat(store().list("a")).extracting(Stat::key).containsExactly("a/1/x", "a/10", "a/2", "ab");
        assertThat(store().list("a/1")).extracting(Stat::key).containsExactly("a/1/x", "a/10");
        assertThat(store().list("a/")).extracting(Stat::bytes).containsExactly(5L, 4L, 3L);
    }

    @Test
    void moreThanOnePageIsListedAndMoreThanOneBatchDeleted() throws Exception {
        List<String> keys = IntStream.range(0, 2100)
                .mapToObj(i -> "raw/slice=%d/part-%05d.csv.zst".formatted(i % 7, i))
                .toList();
        inParallel(4, worker -> {
            for (int i = worker; i < keys.size(); i += 4) {
                store().write(keys.get(i), "x");
            }
        });
        assertThat(store().list("raw/"))
                .extracting(Stat::key)
                .containsExactlyElementsOf(keys.stream().sorted().toList());
        List<String> some = new ArrayList<>(keys.subList(0, 2050));
        some.add("raw/never-there");
        some.add(keys.getFirst());
        store().delete(some);
        assertThat(store().list("raw/")).hasSize(50);
        store().delete(List.of());
    }

    @Test
    void keysAreBelowThePrefixOfTheLake() {
        store().write("a", "x");
        assertThat(wholeBucket().list("")).extracting(Stat::key).containsExactly(store().bucketKey("a"));
        wholeBucket().write("outside", "x");
        assertThat(store().list("")).extracting(Stat::key).containsExactly("a");
    }

    @Test
    void aKeyThatS3WouldRefuseIsRefused() {
        assertThatThrownBy(() -> store().write("x".repeat(1100), "")).isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> store().write("", "")).isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> store().write("line\nbreak", "")).isInstanceOf(InvalidRequest.class);
    }

    @Test
    void keysWithPercentSignsAreNotDecoded() {
        List<String> keys = List.of("slice=%E2%82%AC", "slice=€", "slice=%", "slice=%2F", "slice=100%25", "slice=a+b");
        for (String key : keys) {
            store().write(key, key);
        }
        for (String key : keys) {
            assertThat(text(key)).isEqualTo(key);
        }
        assertThat(store().list("slice=")).extracting(Stat::key).containsExactlyInAnyOrderElementsOf(keys);
        store().delete(keys);
        assertThat(store().list("")).isEmpty();
    }

    @Test
    void anUploadOfTodayIsNotStale() {
        assertThat(store().abortStaleUploads("")).isZero();
    }

    protected final String text(String key) {
        return store().read(key).map(Content::text).orElseThrow();
    }

    protected final Path file(byte[] bytes) throws IOException {
        return Files.write(files.resolve("upload-" + bytes.length), bytes);
    }

    protected static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        return random;
    }

    protected interface Work {
        void run(int worker) throws Exception;
    }

    protected static void inParallel(int workers, Work work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            List<Callable<Boolean>> tasks = IntStream.range(0, workers)
                    .<Callable<Boolean>>mapToObj(worker -> () -> {
                        work.run(worker);
                        return true;
                    })
                    .toList();
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        }
    }
}
