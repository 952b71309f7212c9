package dev.sluice.adapter.s3;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;

/// The lake in one bucket of S3, below a prefix. Thread-safe, as the client is; the client stays its
/// owner's to close.
///
/// Retries of a single request are the SDK's, and so is the CRC32 that is sent with a body and compared
/// on reading; what fails beyond that is the caller's. A conditional write that S3 refuses with 409
/// because another one is under way is repeated here, as S3 asks.
public final class S3ObjectStore implements ObjectStore {
    /// S3's limit for one DeleteObjects request.
    private static final int DELETE_BATCH = 1000;

    /// S3's limit for the parts of an upload.
    private static final int MAX_PARTS = 10_000;

    /// S3's limit for the length of a key in UTF-8.
    private static final int MAX_KEY_BYTES = 1024;

    private static final Duration STALE_UPLOAD = Duration.ofDays(1);
    private static final int CONFLICT_ATTEMPTS = 6;
    private static final long CONFLICT_PAUSE_MILLIS = 50;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final long partBytes;
    private final Clock clock;

    /// Whether the bucket is known to exist: an answer to HEAD does not tell a missing object from a
    /// missing bucket.
    private volatile boolean bucketSeen;

    private S3ObjectStore(S3Client client, String bucket, String prefix, long partBytes, Clock clock) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.partBytes = partBytes;
        this.clock = clock;
    }

    /// @param prefix where the lake begins in the bucket, with or without slashes at its ends; empty for
    ///               the root
    public static S3ObjectStore of(S3Client client, String bucket, String prefix) {
        return of(client, bucket, prefix, 64L << 20, Clock.systemUTC());
    }

    static S3ObjectStore of(S3Client client, String bucket, String prefix, long partBytes, Clock clock) {
        String inner = prefix.replaceAll("^/+|/+$", "");
        return new S3ObjectStore(client, bucket, inner.isEmpty() ? "" : inner + "/", partBytes, clock);
    }

    @Override
    public Optional<Stat> stat(String key) {
        String name = checked(key);
        try {
            var head = client.headObject(r -> r.bucket(bucket).key(name));
            return Optional.of(new Stat(key, head.contentLength(), etag(head.eTag()), head.lastModified()));
        } catch (SdkException e) {
            if (!S3Failures.isStatus(e, 404)) {
                throw failure(e, "look at", "s3:GetObject", name);
            }
            requireBucket(name);
            return Optional.empty();
        }
    }

    @Override
    public InputStream open(String key) {
        String name = checked(key);
        try {
            return new ObjectInputStream(client.getObject(verified(name)), place(name));
        } catch (SdkException e) {
            if (S3Failures.isCode(e, "NoSuchKey")) {
                throw new DataMismatch("open " + place(name) + ": there is no such object", e);
            }
            throw failure(e, "open", "s3:GetObject", name);
        }
    }

    /// Where the store has no entity tag for the object, size and second of writing stand for it.
    @Override
    public Optional<Opened> openUnchanged(Stat listed) {
        String name = checked(listed.key());
        try {
            var object = client.getObject(r -> {
                verified(name).accept(r);
                if (!listed.etag().isEmpty()) {
                    r.ifMatch(listed.etag());
                }
            });
            GetObjectResponse found = object.response();
            ObjectInputStream in = new ObjectInputStream(object, place(name));
            if (found.contentLength() != listed.bytes() || !sameSecond(found.lastModified(), listed.modifiedAt())) {
                in.close();
                return Optional.empty();
            }
            return Optional.of(
                    new Opened(in, Optional.ofNullable(found.versionId()).orElse("")));
        } catch (SdkException e) {
            if (S3Failures.isStatus(e, 412) || S3Failures.isCode(e, "NoSuchKey")) {
                return Optional.empty();
            }
            throw failure(e, "open", "s3:GetObject", name);
        }
    }

    private static boolean sameSecond(Instant one, Instant other) {
        return one.getEpochSecond() == other.getEpochSecond();
    }

    @Override
    public Optional<Content> read(String key) {
        String name = checked(key);
        try {
            ResponseBytes<GetObjectResponse> object = client.getObjectAsBytes(verified(name));
            return Optional.of(new Content(
                    new String(object.asByteArrayUnsafe(), StandardCharsets.UTF_8),
                    etag(object.response().eTag())));
        } catch (SdkException e) {
            if (S3Failures.isCode(e, "NoSuchKey")) {
                return Optional.empty();
            }
            throw failure(e, "read", "s3:GetObject", name);
        }
    }

    @Override
    public void write(String key, String content) {
        String name = checked(key);
        try {
            var unused = client.putObject(r -> r.bucket(bucket).key(name), utf8(content));
        } catch (SdkException e) {
            throw failure(e, "write", "s3:PutObject", name);
        }
    }

    @Override
    public void upload(String key, Body body) {
        String name = checked(key);
        long bytes = body.bytes();
        try {
            if (bytes > partBytes) {
                uploadParts(name, body);
                return;
            }
            try (BodyRange whole = new BodyRange(body, 0, bytes)) {
                var unused = client.putObject(r -> r.bucket(bucket).key(name), content(whole, bytes));
            }
        } catch (SdkException e) {
            throw failure(e, "upload to", "s3:PutObject", name);
        }
    }

    @Override
    public boolean writeIfAbsent(String key, String content) {
        return writeIf(key, content, Optional.empty()).isPresent();
    }

    @Override
    public Optional<String> replace(String key, String content, String etag) {
        return writeIf(key, content, Optional.of(etag));
    }

    @Override
    public List<Stat> list(String prefix) {
        String name = bucketKey(prefix);
        try {
            return client
                    .listObjectsV2Paginator(r -> r.bucket(bucket).prefix(name).encodingType(EncodingType.URL))
                    .contents()
                    .stream()
                    .map(o -> new Stat(
                            o.key().substring(this.prefix.length()), o.size(), etag(o.eTag()), o.lastModified()))
                    .sorted(Comparator.comparing(Stat::key))
                    .toList();
        } catch (SdkException e) {
            throw failure(e, "list", "s3:ListBucket", name);
        }
    }

    @Override
    public void delete(Collection<String> keys) {
        List<String> names = keys.stream().distinct().map(this::checked).toList();
        List<S3Error> refused = new ArrayList<>();
        for (int start = 0; start < names.size(); start += DELETE_BATCH) {
            List<String> batch = names.subList(start, Math.min(start + DELETE_BATCH, names.size()));
            refused.addAll(deleteBatch(batch).errors());
        }
        if (!refused.isEmpty()) {
            throw notDeleted(refused, names.size());
        }
    }

    @Override
    public int abortStaleUploads(String prefix) {
        String name = bucketKey(prefix);
        Instant before = clock.instant().minus(STALE_UPLOAD);
        int aborted = 0;
        try {
            for (MultipartUpload upload : client.listMultipartUploadsPaginator(
                            r -> r.bucket(bucket).prefix(name).encodingType(EncodingType.URL))
                    .uploads()) {
                if (upload.initiated().isBefore(before) && abort(upload.key(), upload.uploadId())) {
                    aborted++;
                }
            }
        } catch (SdkException e) {
            throw failure(e, "list the uploads under", "s3:ListBucketMultipartUploads", name);
        }
        return aborted;
    }

    @Override
    public String bucket() {
        return bucket;
    }

    @Override
    public String bucketKey(String key) {
        return prefix + key;
    }

    /// @param etag what must be there now; empty: nothing
    /// @return the new entity tag; empty if the condition did not hold
    private Optional<String> writeIf(String key, String content, Optional<String> etag) {
        String name = checked(key);
        for (int attempt = 1; ; attempt++) {
            try {
                var put = client.putObject(conditional(name, etag), utf8(content));
                return Optional.of(etag(put.eTag()));
            } catch (SdkException e) {
                boolean conflict = S3Failures.isCode(e, "ConditionalRequestConflict");
                if (conflict && attempt < CONFLICT_ATTEMPTS) {
                    pause(attempt);
                } else if (S3Failures.isStatus(e, 412) || S3Failures.isCode(e, "NoSuchKey")) {
                    return wasRepeated(e) ? ownEarlierAttempt(key, content) : Optional.empty();
                } else if (e instanceof SdkClientException && !stillOpen(key, content, etag)) {
                    return ownEarlierAttempt(key, content);
                } else {
                    throw failure(e, "write", "s3:PutObject", name);
                }
            }
        }
    }

    private Consumer<PutObjectRequest.Builder> conditional(String name, Optional<String> etag) {
        return r -> {
            PutObjectRequest.Builder put = r.bucket(bucket).key(name);
            etag.ifPresentOrElse(put::ifMatch, () -> put.ifNoneMatch("*"));
        };
    }

    private static boolean wasRepeated(SdkException e) {
        Integer attempts = e.numAttempts();
        return attempts != null && attempts > 1;
    }

    /// A conditional write whose answer got lost is sent again by the SDK and then loses against itself:
    /// what is there now is our own content, and the write has succeeded.
    private Optional<String> ownEarlierAttempt(String key, String content) {
        return read(key).filter(now -> now.text().equals(content)).map(Content::etag);
    }

    /// Whether a write without an answer has neither happened nor become impossible. A server that
    /// refuses a condition may close the connection before it has read the body, and the client then sees
    /// that rather than the refusal.
    private boolean stillOpen(String key, String content, Optional<String> etag) {
        Optional<Content> now = read(key);
        return now.filter(c -> c.text().equals(content)).isEmpty()
                && now.map(Content::etag).equals(etag);
    }

    private void uploadParts(String name, Body body) {
        long bytes = body.bytes();
        String id =
                client.createMultipartUpload(r -> r.bucket(bucket).key(name)).uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            long size = Math.max(partBytes, Math.ceilDiv(bytes, MAX_PARTS));
            for (long offset = 0; offset < bytes; offset += size) {
                int number = parts.size() + 1;
                long length = Math.min(size, bytes - offset);
                try (BodyRange range = new BodyRange(body, offset, length)) {
                    var part = client.uploadPart(
                            r -> r.bucket(bucket).key(name).uploadId(id).partNumber(number), content(range, length));
                    parts.add(CompletedPart.builder()
                            .partNumber(number)
                            .eTag(part.eTag())
                            .checksumCRC32(part.checksumCRC32())
                            .build());
                }
            }
            var unused = client.completeMultipartUpload(
                    r -> r.bucket(bucket).key(name).uploadId(id).multipartUpload(u -> u.parts(parts)));
        } catch (RuntimeException e) {
            try {
                var unused = abort(name, id);
            } catch (RuntimeException notAborted) {
                // Left for abortStaleUploads.
                e.addSuppressed(notAborted);
            }
            throw e;
        }
    }

    /// @return false if the upload had gone meanwhile
    private boolean abort(String name, String uploadId) {
        try {
            var unused =
                    client.abortMultipartUpload(r -> r.bucket(bucket).key(name).uploadId(uploadId));
            return true;
        } catch (SdkException e) {
            if (S3Failures.isCode(e, "NoSuchUpload")) {
                return false;
            }
            throw failure(e, "abort the upload to", "s3:AbortMultipartUpload", name);
        }
    }

    private DeleteObjectsResponse deleteBatch(List<String> names) {
        List<ObjectIdentifier> objects = names.stream()
                .map(name -> ObjectIdentifier.builder().key(name).build())
                .toList();
        try {
            return client.deleteObjects(
                    r -> r.bucket(bucket).delete(d -> d.quiet(true).objects(objects)));
        } catch (SdkException e) {
            throw failure(e, "delete " + names.size() + " objects beginning with", "s3:DeleteObject", names.getFirst());
        }
    }

    private Failure notDeleted(List<S3Error> refused, int of) {
        S3Error first = refused.getFirst();
        String counted = "delete: " + refused.size() + " of " + of + " objects were not deleted, the first is ";
        String message = counted + place(first.key()) + ": ";
        if (refused.stream().anyMatch(e -> "AccessDenied".equals(e.code()))) {
            return new InvalidRequest(message + S3Failures.denied("s3:DeleteObject", bucket, first.key()));
        }
        return S3Failures.isPassing(first.code())
                ? new StoreUnavailable(message + first.code())
                : new InvalidRequest(message + first.code());
    }

    private void requireBucket(String name) {
        if (bucketSeen) {
            return;
        }
        try {
            var unused = client.headBucket(r -> r.bucket(bucket));
        } catch (SdkException e) {
            if (S3Failures.isStatus(e, 404)) {
                throw new InvalidRequest(
                        "look at " + place(name) + ": bucket " + bucket
                                + " does not exist; create it or change lake.url",
                        e);
            }
            throw failure(e, "look at", "s3:ListBucket", name);
        }
        bucketSeen = true;
    }

    private String checked(String key) {
        if (key.isEmpty() || key.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw new InvalidRequest("a key must not be empty or hold control characters: " + place(bucketKey(key)));
        }
        String name = bucketKey(key);
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_KEY_BYTES) {
            throw new InvalidRequest(
                    "a key of " + bytes + " bytes is longer than S3's " + MAX_KEY_BYTES + ": " + place(name));
        }
        return name;
    }

    /// The SDK compares an object with its checksum only when asked.
    private Consumer<GetObjectRequest.Builder> verified(String name) {
        return r -> r.bucket(bucket).key(name).checksumMode(ChecksumMode.ENABLED);
    }

    private Failure failure(SdkException e, String what, String action, String name) {
        return S3Failures.of(
                e,
                what,
                action,
                bucket,
                name,
                client.serviceClientConfiguration().endpointOverride());
    }

    private String place(String name) {
        return "s3://" + bucket + "/" + name;
    }

    private static void pause(int attempt) {
        long bound = CONFLICT_PAUSE_MILLIS << attempt;
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(bound / 2, bound));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted while waiting for another write of the same key", e);
        }
    }

    /// A server without entity tags (a file put into the directory of a local lake by hand) has an empty
    /// one.
    private static String etag(@Nullable String etag) {
        return etag == null ? "" : etag;
    }

    private static RequestBody utf8(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return RequestBody.fromContentProvider(
                ContentStreamProvider.fromByteArrayUnsafe(bytes), bytes.length, "application/json");
    }

    private static RequestBody content(BodyRange range, long bytes) {
        return RequestBody.fromContentProvider(range, bytes, "application/octet-stream");
    }
}
