package dev.sluice.cli.lake;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/// Reads and uploads objects where the endpoint keeps them, without a request: a request costs two to three
/// milliseconds of CPU on either side together, which for many small objects is more than all that is done with
/// them. Documents, conditions, listings and deletions go through the protocol, and so does every key that the
/// protocol might refuse. Thread-safe.
final class DirectObjects implements ObjectStore {
    /// Longer keys might be longer than S3's once they have a prefix; characters.
    private static final int USUAL_KEY_CHARACTERS = 200;

    private final ObjectStore store;
    private final KeyedFiles files;

    /// @param store the same objects through the protocol
    DirectObjects(ObjectStore store, KeyedFiles files) {
        this.store = store;
        this.files = files;
    }

    @Override
    public Optional<Stat> stat(String key) {
        if (!isUsual(key)) {
            return store.stat(key);
        }
        try {
            HeadObjectResponse head = files.blobMetadata(HeadObjectRequest.builder()
                    .bucket(bucket())
                    .key(bucketKey(key))
                    .build());
            return Optional.of(new Stat(key, head.contentLength(), etag(head.eTag()), head.lastModified()));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            throw failure("look at", key, e);
        }
    }

    @Override
    public InputStream open(String key) {
        if (!isUsual(key)) {
            return store.open(key);
        }
        return get(key).orElseThrow(() -> new DataMismatch("open %s: there is no such object".formatted(place(key))));
    }

    /// Looks at the object after it was opened: what was opened is then not older than what is seen.
    @Override
    public Optional<Opened> openUnchanged(Stat listed) {
        if (!isUsual(listed.key())) {
            return store.openUnchanged(listed);
        }
        Optional<InputStream> opened = get(listed.key());
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        boolean unchanged =
                stat(listed.key()).filter(found -> isSame(found, listed)).isPresent();
        if (unchanged) {
            return Optional.of(new Opened(opened.get(), ""));
        }
        try {
            opened.get().close();
        } catch (IOException e) {
            throw failure("open", listed.key(), e);
        }
        return Optional.empty();
    }

    private static boolean isSame(Stat found, Stat listed) {
        return found.bytes() == listed.bytes()
                && found.modifiedAt().getEpochSecond() == listed.modifiedAt().getEpochSecond()
                && (listed.etag().isEmpty() || listed.etag().equals(found.etag()));
    }

    private Optional<InputStream> get(String key) {
        Path file = files.fileOf(bucket(), bucketKey(key));
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("open", key, e);
        }
    }

    @Override
    public void upload(String key, Body body) {
        if (!isUsual(key)) {
            store.upload(key, body);
            return;
        }
        try (InputStream in = body.open(0)) {
            var unused = files.putBlob(
                    PutObjectRequest.builder()
                            .bucket(bucket())
                            .key(bucketKey(key))
                            .contentType("application/octet-stream")
                            .contentLength(body.bytes())
                            .build(),
                    in);
        } catch (IOException | RuntimeException e) {
            throw failure("upload to", key, e);
        }
    }

    private static boolean isUsual(String key) {
        return !key.isEmpty()
                && key.length() <= USUAL_KEY_CHARACTERS
                && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /// As the protocol has it: in quotes.
    private static String etag(@Nullable String etag) {
        boolean bare = etag != null && !etag.startsWith("\"");
        return bare ? "\"" + etag + "\"" : etag == null ? "" : etag;
    }

    private StoreUnavailable failure(String what, String key, Exception e) {
        return new StoreUnavailable("%s %s: %s".formatted(what, place(key), e.getMessage()), e);
    }

    private String place(String key) {
        return "s3://" + bucket() + "/" + bucketKey(key);
    }

    @Override
    public Optional<Content> read(String key) {
        return store.read(key);
    }

    @Override
    public void write(String key, String content) {
        store.write(key, content);
    }

    @Override
    public boolean writeIfAbsent(String key, String content) {
        return store.writeIfAbsent(key, content);
    }

    @Override
    public Optional<String> replace(String key, String content, String etag) {
        return store.replace(key, content, etag);
    }

    @Override
    public List<Stat> list(String prefix) {
        return store.list(prefix);
    }

    @Override
    public void delete(Collection<String> keys) {
        store.delete(keys);
    }

    @Override
    public int abortStaleUploads(String prefix) {
        return store.abortStaleUploads(prefix);
    }

    @Override
    public String bucket() {
        return store.bucket();
    }

    @Override
    public String bucketKey(String key) {
        return store.bucketKey(key);
    }
}
