package dev.sluice.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.ObjectStore.Content;
import dev.sluice.store.ObjectStore.Stat;
import dev.sluice.store.ObjectStoreContract;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Object;

final class EmbeddedS3Test extends ObjectStoreContract {
    private final Path directory;
    private EmbeddedS3 s3;

    EmbeddedS3Test(@TempDir Path directory) {
        this.directory = directory.resolve("not there/yet");
        this.s3 = EmbeddedS3.start(this.directory);
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Override
    protected ObjectStore store() {
        return s3.store("sluice");
    }

    @Override
    protected ObjectStore wholeBucket() {
        return s3.store("");
    }

    @Test
    void anyKeyThatS3AllowsIsKept() throws IOException {
        List<String> keys = FileNamesTest.awkwardKeys()
                .filter(key -> key.chars().noneMatch(c -> c < ' ' || c == 0x7F))
                .filter(key -> !key.contains(".."))
                .toList();
        for (String key : keys) {
            wholeBucket().write(key, "content of " + key);
        }
        for (String key : keys) {
            assertThat(wholeBucket().read(key).map(Content::text)).as(key).contains("content of " + key);
            assertThat(wholeBucket().writeIfAbsent(key, "x")).as(key).isFalse();
        }
        assertThat(wholeBucket().list("")).extracting(Stat::key).containsExactlyInAnyOrderElementsOf(keys);
        try (Stream<Path> beside = Files.list(directory)) {
            assertThat(beside.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("lake", ".conditional-writes.lock");
        }
        wholeBucket().delete(keys);
        assertThat(wholeBucket().list("")).isEmpty();
    }

    @Test
    void noKeyLeavesTheDirectory() throws IOException {
        Files.writeString(directory.resolve("secret"), "outside");
        for (String key : List.of(
                "../secret",
                "a/../../secret",
                "..",
                "../..",
                "../../../../../../etc/passwd",
                "..%2Fsecret",
                "..\\secret")) {
            assertKeptOrRefused(key);
        }
        assertThat(directory.resolve("secret")).hasContent("outside");
        try (Stream<Path> beside = Files.list(directory.getParent())) {
            assertThat(beside).containsExactly(directory);
        }
    }

    /// Either the key is kept like any other or it is refused; it never reads or writes another file.
    private void assertKeptOrRefused(String key) {
        try {
            wholeBucket().write(key, "inside");
            assertThat(wholeBucket().read(key).map(Content::text)).as(key).contains("inside");
            wholeBucket().delete(List.of(key));
        } catch (InvalidRequest refused) {
            assertThat(refused).hasMessageContaining("400");
        }
    }

    @Test
    void longKeysTakeUploadsOfSeveralParts() throws IOException {
        String key = "x".repeat(255) + "/" + "🧀".repeat(60) + "/" + "z".repeat(255);
        byte[] bytes = random(11 << 20);
        upload(key, bytes);
        try (InputStream in = wholeBucket().open(key)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void entityTagsOutliveARestart() {
        store().write("lock", "epoch 1");
        List<Stat> before = store().list("");
        s3.close();
        s3 = EmbeddedS3.start(directory);
        assertThat(store().list("")).isEqualTo(before);
        assertThat(store().replace("lock", "epoch 2", before.getFirst().etag())).isPresent();
    }

    @Test
    void filesWithoutExtendedAttributesStillHaveTags() throws IOException {
        store().write("locks/public.sales.json", "epoch 1");
        Stat before = store().stat("locks/public.sales.json").orElseThrow();
        Path file = directory.resolve("lake/sluice/locks/public.sales.json");
        UserDefinedFileAttributeView attributes = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        for (String name : attributes.list()) {
            attributes.delete(name);
        }
        assertThat(store().stat("locks/public.sales.json")).contains(before);
        assertThat(store().list("locks/")).containsExactly(before);
        String etag = store().read("locks/public.sales.json").orElseThrow().etag();
        assertThat(store().replace("locks/public.sales.json", "epoch 2", "\"other\""))
                .isEmpty();
        assertThat(store().replace("locks/public.sales.json", "epoch 2", etag)).isPresent();
    }

    @Test
    void aFilePutThereByHandIsAnObject() throws IOException {
        Files.createDirectories(directory.resolve("lake/sluice/drops"));
        Files.writeString(directory.resolve("lake/sluice/drops/sales.csv"), "a,b\n");
        assertThat(store().list("drops/")).extracting(Stat::key).containsExactly("drops/sales.csv");
        assertThat(text("drops/sales.csv")).isEqualTo("a,b\n");
    }

    @Test
    void anUploadUnderWayOrTornIsNeverAnObject() throws IOException {
        store().write("lake/part.parquet", "whole");
        Path torn = directory.resolve("lake/sluice/lake/part.parquet-" + UUID.randomUUID());
        Path recent = directory.resolve("lake/sluice/lake/other-" + UUID.randomUUID());
        Files.writeString(torn, "ha");
        Files.writeString(recent, "ha");
        Files.setLastModifiedTime(torn, FileTime.from(Instant.now().minusSeconds(90_000)));

        assertThat(store().list("")).extracting(Stat::key).containsExactly("lake/part.parquet");
        assertThat(store().stat("lake/" + torn.getFileName())).isEmpty();

        assertThat(store().abortStaleUploads("")).isZero();
        assertThat(torn).doesNotExist();
        assertThat(recent).exists();
    }

    @Test
    @Tag("slow")
    void aProcessKilledWhileUploadingLeavesNoObject() throws Exception {
        Path file = file(random(40 << 20));
        for (int millis = 400; millis <= 1000; millis += 150) {
            killWhileUploading(file, "killed/" + millis, millis);
        }
        assertThat(store().list("killed/")).extracting(Stat::bytes).allMatch(bytes -> bytes == 40 << 20);
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .as("files of torn uploads")
                    .anyMatch(name -> name.matches(".+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
        }
    }

    @Test
    void stoppingLeavesNoThread() {
        s3.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("S3Proxy") || name.contains("qtp"));
    }

    @Test
    void strangersAreRefused() {
        try (S3Client stranger = S3Clients.loopback(s3.endpoint(), s3.accessKey(), "guessed")) {
            ObjectStore theirs = S3ObjectStore.of(stranger, EmbeddedS3.BUCKET, "");
            assertThatThrownBy(() -> theirs.read("a")).isInstanceOf(InvalidRequest.class);
        }
        try (EmbeddedS3 other = EmbeddedS3.start(directory)) {
            assertThat(other.secretKey()).isNotEqualTo(s3.secretKey());
        }
    }

    @Test
    void aDirectoryThatCannotBeIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> EmbeddedS3.start(file))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void listingWithADelimiterGroupsAndPages() {
        for (String key : List.of("a/1", "a/2", "b", "c/d/e", "z")) {
            wholeBucket().write(key, key);
        }
        List<String> names = new ArrayList<>();
        s3.client()
                .listObjectsV2Paginator(
                        r -> r.bucket(EmbeddedS3.BUCKET).delimiter("/").maxKeys(2))
                .forEach(page -> {
                    page.commonPrefixes().stream().map(CommonPrefix::prefix).forEach(names::add);
                    page.contents().stream().map(S3Object::key).forEach(names::add);
                });
        assertThat(names).containsExactlyInAnyOrder("a/", "b", "c/", "z");
    }

    /// A listing goes on where its page before ended, with what was there when it began or with what is
    /// there now; one that begins anew sees what is there now.
    @Test
    void aListingOfManyPagesHoldsEveryKeyOnce() {
        for (int i = 0; i < 7; i++) {
            wholeBucket().write("k/" + i, "x");
        }
        List<String> names = new ArrayList<>();
        String token = null;
        do {
            String after = token;
            var page = s3.client()
                    .listObjectsV2(r ->
                            r.bucket(EmbeddedS3.BUCKET).prefix("k/").maxKeys(2).continuationToken(after));
            page.contents().stream().map(S3Object::key).forEach(names::add);
            token = page.nextContinuationToken();
            if (names.size() == 2) {
                wholeBucket().delete(List.of("k/0", "k/5"));
                wholeBucket().write("k/0a", "behind");
                assertThat(wholeBucket().list("k/")).hasSize(6);
            }
        } while (token != null);
        assertThat(names).containsExactly("k/0", "k/1", "k/2", "k/3", "k/4", "k/6");
        assertThat(wholeBucket().list("k/").stream().map(ObjectStore.Stat::key))
                .containsExactly("k/0a", "k/1", "k/2", "k/3", "k/4", "k/6");
    }

    @Test
    void ofManyWritersInTwoEndpointsOneWins() throws Exception {
        try (EmbeddedS3 other = EmbeddedS3.start(directory)) {
            List<ObjectStore> stores = List.of(s3.store("sluice"), other.store("sluice"));
            for (int round = 0; round < 10; round++) {
                String key = "commit/" + round;
                AtomicInteger winners = new AtomicInteger();
                inParallel(8, writer -> {
                    if (stores.get(writer % 2).writeIfAbsent(key, "writer " + writer)) {
                        winners.incrementAndGet();
                    }
                });
                assertThat(winners).hasValue(1);
            }
        }
    }

    @Test
    @Tag("slow")
    void noIncrementIsLostBetweenProcesses() throws Exception {
        store().write("counter", "0");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(LakeProcess.start("increment", directory.toString(), "counter", "25"));
        }
        LakeProcess.increment(store(), "counter", 25);
        for (Process process : processes) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(text("counter")).isEqualTo("75");
    }

    private void killWhileUploading(Path file, String keyPrefix, int millis) throws Exception {
        Process process = LakeProcess.start("upload", directory.toString(), keyPrefix, file.toString());
        assertThat(process.getInputStream().read()).isEqualTo('.');
        Thread.sleep(millis);
        assertThat(process.destroyForcibly().waitFor()).isNotZero();
    }

    private void upload(String key, byte[] bytes) {
        S3Client client = s3.client();
        String id = client.createMultipartUpload(
                        r -> r.bucket(EmbeddedS3.BUCKET).key(key))
                .uploadId();
        List<CompletedPart> parts = IntStream.rangeClosed(1, 3)
                .mapToObj(number -> {
                    int from = (number - 1) * (5 << 20);
                    byte[] part = Arrays.copyOfRange(bytes, from, Math.min(from + (5 << 20), bytes.length));
                    var uploaded = client.uploadPart(
                            r -> r.bucket(EmbeddedS3.BUCKET)
                                    .key(key)
                                    .uploadId(id)
                                    .partNumber(number),
                            RequestBody.fromBytes(part));
                    return CompletedPart.builder()
                            .partNumber(number)
                            .eTag(uploaded.eTag())
                            .checksumCRC32(uploaded.checksumCRC32())
                            .build();
                })
                .toList();
        var unused = client.completeMultipartUpload(
                r -> r.bucket(EmbeddedS3.BUCKET).key(key).uploadId(id).multipartUpload(u -> u.parts(parts)));
    }
}
