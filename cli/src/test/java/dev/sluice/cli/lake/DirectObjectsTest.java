package dev.sluice.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.ObjectStore.Stat;
import dev.sluice.store.ObjectStoreContract;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectObjectsTest extends ObjectStoreContract {
    private final Path directory;
    private final EmbeddedS3 s3;

    DirectObjectsTest(@TempDir Path directory) {
        this.directory = directory;
        this.s3 = EmbeddedS3.start(directory);
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Override
    protected ObjectStore store() {
        return s3.ownStore("sluice");
    }

    @Override
    protected ObjectStore wholeBucket() {
        return s3.ownStore("");
    }

    @Test
    void whatWasUploadedDirectlyIsTheSameThroughTheProtocol() throws IOException {
        for (String key : List.of("a/b=1/c.parquet", "ü/ü", "%41", "a b", "../x", "x".repeat(400))) {
            Path file = Files.writeString(directory.resolve("file"), "content of " + key);
            wholeBucket().upload(key, Body.of(file));
            assertThat(text(s3.store("").open(key))).as(key).isEqualTo("content of " + key);
            assertThat(text(wholeBucket().open(key))).as(key).isEqualTo("content of " + key);
            assertThat(wholeBucket().stat(key).map(Stat::etag))
                    .as(key)
                    .isEqualTo(s3.store("").stat(key).map(Stat::etag));
        }
        assertThat(s3.store("").list("")).hasSize(6);
    }

    @Test
    void aFileThatWasPutThereByHandIsReadWhileItIsAsItWasListed() throws IOException {
        Path byHand = directory.resolve("lake/drops/a.csv");
        Files.createDirectories(byHand.getParent());
        Files.writeString(byHand, "one");
        Instant longAgo = Instant.parse("2024-02-29T12:00:00Z");
        Files.setLastModifiedTime(byHand, FileTime.from(longAgo));
        Stat listed = wholeBucket().list("drops/").getFirst();
        assertThat(read(listed)).contains("one");
        assertThat(read(listed)).contains("one");
        Files.writeString(byHand, "two");
        Files.setLastModifiedTime(byHand, FileTime.from(longAgo.plusMillis(1)));
        assertThat(read(listed)).isEmpty();
        assertThat(wholeBucket().list("drops/").getFirst().etag()).isNotEqualTo(listed.etag());
        Files.delete(byHand);
        assertThat(read(listed)).isEmpty();
    }

    /// Within the resolution of a file system's clock a second version may have the time of the first.
    @Test
    void aFileThatWasWrittenJustNowIsLookedAtEachTime() throws IOException {
        Path byHand = directory.resolve("lake/drops/a.csv");
        Files.createDirectories(byHand.getParent());
        Files.writeString(byHand, "one");
        Instant now = Instant.now();
        Files.setLastModifiedTime(byHand, FileTime.from(now));
        Stat listed = wholeBucket().list("drops/").getFirst();
        Files.writeString(byHand, "two");
        Files.setLastModifiedTime(byHand, FileTime.from(now));
        assertThat(read(listed)).isEmpty();
    }

    private Optional<String> read(Stat listed) throws IOException {
        Optional<ObjectStore.Opened> opened = wholeBucket().openUnchanged(listed);
        return opened.isEmpty()
                ? Optional.empty()
                : Optional.of(text(opened.get().in()));
    }

    private static String text(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
