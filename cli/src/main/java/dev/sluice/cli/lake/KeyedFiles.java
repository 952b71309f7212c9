package dev.sluice.cli.lake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// S3Proxy's store of files, with three of its edges taken off:
/// * file names are those of [FileNames], so that any key works and none leaves the directory;
/// * an upload under way, or left behind by a process that was killed, is a temporary file beside its
///   object: it is never listed, and [#listMultipartUploads] removes those that are a day old;
/// * a small file without extended attributes (put there by hand, or on a file system that has none)
///   still has an entity tag, its MD5, so that conditional writes work on it.
///
/// Directories keep no state of their own: a key that ends in `/` is a file like any other.
final class KeyedFiles extends ForwardingBlobStore {
    private static final String UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    /// How the store below names the file of an upload under way.
    private static final Pattern TEMPORARY = Pattern.compile(".+-" + UUID);

    /// How the layers above and below name a part of a multipart upload: id, key, number.
    private static final Pattern PART = Pattern.compile("(\\.mpus-" + UUID + "-)(.*)(-\\d+)", Pattern.DOTALL);

    private static final String RESERVED = ".mpus-";
    private static final Duration ABANDONED = Duration.ofDays(1);
    private static final long MAX_TAGGED_BYTES = 8L << 20;
    /// Some 500 bytes each.
    private static final int MAX_TAGS = 20_000;

    /// A file that was written just now may be written again with the same time.
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private static final int PAGE = 1000;
    private static final int MAX_GOING_ON = 8;

    /// A reader that takes longer between two pages wants to know what is new.
    private static final Duration PAGE_AFTER_PAGE = Duration.ofSeconds(10);

    private final Path root;

    /// What is left of listings that stopped at the end of a page: without it every page would walk the
    /// whole directory again.
    private final Map<Listing, Rest> goingOn = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Listing, Rest> eldest) {
            return size() > MAX_GOING_ON;
        }
    });

    /// @param after names up to and with this have been listed
    private record Listing(String bucket, String prefix, String delimiter, String after) {}

    private record Rest(List<String> names, Instant at) {}

    /// Entity tags of files that have none of their own, so that each listing and reading does not hash them
    /// anew.
    private final Map<Path, Tag> tags = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Tag> eldest) {
            return size() > MAX_TAGS;
        }
    });

    /// What differs once a file was written again.
    private record Written(long bytes, FileTime at, String file) {}

    private record Tag(Written written, String etag) {}

    KeyedFiles(Path root) {
        super(new FilesystemNio2BlobStore(root.toString()));
        this.root = root;
    }

    @Override
    public ListBucketsResponse list() {
        List<Bucket> directories = super.list().buckets().stream()
                .filter(bucket -> Files.isDirectory(root.resolve(bucket.name())))
                .toList();
        return ListBucketsResponse.builder().buckets(directories).build();
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        var unused = headBucket(head(request.bucket()));
        String prefix = Optional.ofNullable(request.prefix()).orElse("");
        String delimiter = Optional.ofNullable(request.delimiter()).orElse("");
        String after = Optional.ofNullable(request.continuationToken())
                .or(() -> Optional.ofNullable(request.startAfter()))
                .orElse("");
        int most = Optional.ofNullable(request.maxKeys()).orElse(PAGE);
        Listing wanted = new Listing(request.bucket(), prefix, delimiter, after);
        List<String> names = Optional.ofNullable(goingOn.remove(wanted))
                .filter(rest -> rest.at().plus(PAGE_AFTER_PAGE).isAfter(Instant.now()))
                .map(Rest::names)
                .orElseGet(() -> names(wanted));
        List<String> page = names.subList(0, Math.min(most, names.size()));
        boolean truncated = page.size() < names.size() && !page.isEmpty();
        List<S3Object> objects = new ArrayList<>();
        List<CommonPrefix> prefixes = new ArrayList<>();
        for (String name : page) {
            if (isGroup(name, prefix, delimiter)) {
                prefixes.add(SdkResponses.commonPrefix(name));
            } else {
                entry(request.bucket(), name).ifPresent(objects::add);
            }
        }
        if (truncated) {
            goingOn.put(
                    new Listing(request.bucket(), prefix, delimiter, page.getLast()),
                    new Rest(names.subList(page.size(), names.size()), Instant.now()));
        }
        return SdkResponses.objectsPage(objects, prefixes, truncated ? page.getLast() : null);
    }

    private List<String> names(Listing listing) {
        return grouped(keys(listing.bucket(), listing.prefix()), listing.prefix(), listing.delimiter()).stream()
                .filter(name -> inOrder(listing.after(), name) < 0)
                .sorted(KeyedFiles::inOrder)
                .toList();
    }

    @Override
    public boolean blobExists(String container, String name) {
        return super.blobExists(container, pathOf(name));
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        requireFree(request.key());
        return super.putBlob(request.toBuilder().key(pathOf(request.key())).build(), payload);
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        requireFree(request.destinationKey());
        return super.copyBlob(request.toBuilder()
                .sourceKey(pathOf(request.sourceKey()))
                .destinationKey(pathOf(request.destinationKey()))
                .build());
    }

    /// Nobody asks for the type of what was put there by hand, and guessing it takes longer than all else.
    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        String path = pathOf(request.key());
        Optional<BasicFileAttributes> byHand =
                byHand(root.resolve(request.bucket()).resolve(path));
        if (byHand.isPresent()) {
            return HeadObjectResponse.builder()
                    .contentLength(byHand.get().size())
                    .lastModified(byHand.get().lastModifiedTime().toInstant())
                    .contentType("application/octet-stream")
                    .eTag(md5(request.bucket(), path).orElse(null))
                    .build();
        }
        HeadObjectResponse head =
                super.blobMetadata(request.toBuilder().key(path).build());
        return head.eTag() != null
                ? head
                : head.toBuilder()
                        .eTag(md5(request.bucket(), path).orElse(null))
                        .build();
    }

    /// What the system says of a file that did not come through the protocol.
    private static Optional<BasicFileAttributes> byHand(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            UserDefinedFileAttributeView own = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
            boolean byHand =
                    attributes.isRegularFile() && own != null && own.list().isEmpty();
            return byHand ? Optional.of(attributes) : Optional.empty();
        } catch (IOException e) {
            // Gone meanwhile, or on a file system without attributes.
            return Optional.empty();
        }
    }

    /// Where an object is kept.
    Path fileOf(String bucket, String key) {
        return root.resolve(bucket).resolve(pathOf(key));
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        String path = pathOf(request.key());
        var object = super.getBlob(request.toBuilder().key(path).build());
        if (object.response().eTag() != null) {
            return object;
        }
        String tag = md5(request.bucket(), path).orElse(null);
        return SdkResponses.getResponse(object.response().toBuilder().eTag(tag).build(), object);
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return super.removeBlob(request.toBuilder().key(pathOf(request.key())).build());
    }

    @Override
    public ObjectCannedACL getBlobAccess(String container, String name) {
        return super.getBlobAccess(container, pathOf(name));
    }

    @Override
    public ObjectCannedACL getBlobAccess(String container, String name, @Nullable String versionId) {
        return super.getBlobAccess(container, pathOf(name), versionId);
    }

    @Override
    public GetObjectAclResponse getBlobAcl(GetObjectAclRequest request) {
        return super.getBlobAcl(request.toBuilder().key(pathOf(request.key())).build());
    }

    @Override
    public void setBlobAccess(String container, String name, ObjectCannedACL access) {
        super.setBlobAccess(container, pathOf(name), access);
    }

    @Override
    public void setBlobAccess(String container, String name, ObjectCannedACL access, @Nullable String versionId) {
        super.setBlobAccess(container, pathOf(name), access, versionId);
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        requireFree(request.key());
        MultipartUpload begun = super.initiateMultipartUpload(
                request.toBuilder().key(pathOf(request.key())).build());
        return new MultipartUpload(begun.id(), request, begun.response());
    }

    @Override
    public void abortMultipartUpload(MultipartUpload upload) {
        super.abortMultipartUpload(stored(upload));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return super.completeMultipartUpload(
                stored(upload),
                request.toBuilder().key(pathOf(upload.blobName())).build());
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream payload) {
        return super.uploadMultipartPart(
                stored(upload),
                request.toBuilder().key(pathOf(upload.blobName())).build(),
                payload);
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        return super.listMultipartUpload(stored(upload));
    }

    @Override
    public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(String container) {
        removeAbandoned(container);
        return super.listMultipartUploads(container).stream()
                .flatMap(upload -> FileNames.keyOf(upload.key()).stream()
                        .map(key -> upload.toBuilder().key(key).build()))
                .toList();
    }

    private static MultipartUpload stored(MultipartUpload upload) {
        CreateMultipartUploadRequest request =
                upload.request().toBuilder().key(pathOf(upload.blobName())).build();
        return new MultipartUpload(upload.id(), request, upload.response());
    }

    private static String pathOf(String key) {
        Matcher part = PART.matcher(key);
        return part.matches() ? part.group(1) + FileNames.pathOf(part.group(2)) + part.group(3) : FileNames.pathOf(key);
    }

    private static void requireFree(String key) {
        if (key.startsWith(RESERVED)) {
            throw S3Exceptions.invalidArgument("Keys that begin with " + RESERVED + " are the parts of uploads.");
        }
    }

    private static HeadBucketRequest head(String bucket) {
        return HeadBucketRequest.builder().bucket(bucket).build();
    }

    private Optional<S3Object> entry(String bucket, String key) {
        try {
            HeadObjectResponse head = blobMetadata(bucket, key);
            return Optional.of(S3Object.builder()
                    .key(key)
                    .eTag(head.eTag())
                    .size(head.contentLength())
                    .lastModified(head.lastModified())
                    .storageClass("STANDARD")
                    .build());
        } catch (NoSuchKeyException e) {
            // Deleted since its name was read.
            return Optional.empty();
        }
    }

    private List<String> keys(String bucket, String prefix) {
        List<String> keys = new ArrayList<>();
        Path top = root.resolve(bucket);
        walk(
                top.resolve(FileNames.directoryOf(prefix)),
                (file, attributes) -> FileNames.keyOf(relative(top, file))
                        .filter(key -> key.startsWith(prefix))
                        .ifPresent(keys::add));
        return keys;
    }

    /// Files in the directories of a prefix that are no object's, because their names are not those of
    /// [FileNames]; relative to the bucket.
    static List<Path> unseen(Path root, String bucket, String prefix) {
        List<Path> unseen = new ArrayList<>();
        Path top = root.resolve(bucket);
        walk(top.resolve(FileNames.directoryOf(prefix)), (file, attributes) -> {
            String name = file.getFileName().toString();
            boolean hidden = name.startsWith(".") || TEMPORARY.matcher(name).matches();
            if (!hidden && FileNames.keyOf(relative(top, file)).isEmpty()) {
                unseen.add(top.relativize(file));
            }
        });
        return unseen;
    }

    private void removeAbandoned(String bucket) {
        Instant before = Instant.now().minus(ABANDONED);
        walk(root.resolve(bucket), (file, attributes) -> {
            boolean temporary = TEMPORARY.matcher(file.getFileName().toString()).matches();
            if (temporary && attributes.lastModifiedTime().toInstant().isBefore(before)) {
                Files.deleteIfExists(file);
            }
        });
    }

    private Optional<String> md5(String bucket, String path) {
        Path file = root.resolve(bucket).resolve(path);
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (now.size() > MAX_TAGGED_BYTES) {
                return Optional.empty();
            }
            Written written = new Written(now.size(), now.lastModifiedTime(), String.valueOf(now.fileKey()));
            Tag known = tags.get(file);
            if (known != null && known.written().equals(written)) {
                return Optional.of(known.etag());
            }
            boolean settled = now.lastModifiedTime().toInstant().plus(SETTLED).isBefore(Instant.now());
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            String etag = "\"" + HexFormat.of().formatHex(md5.digest(Files.readAllBytes(file))) + "\"";
            if (settled) {
                tags.put(file, new Tag(written, etag));
            }
            return Optional.of(etag);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    private static Set<String> grouped(List<String> keys, String prefix, String delimiter) {
        Set<String> names = new LinkedHashSet<>();
        for (String key : keys) {
            int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            names.add(end < 0 ? key : key.substring(0, end + delimiter.length()));
        }
        return names;
    }

    private static boolean isGroup(String name, String prefix, String delimiter) {
        return !delimiter.isEmpty() && name.indexOf(delimiter, prefix.length()) >= 0;
    }

    /// S3's order of keys: by their bytes in UTF-8.
    private static int inOrder(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static String relative(Path top, Path file) {
        return top.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private interface FileVisit {
        void visit(Path file, BasicFileAttributes attributes) throws IOException;
    }

    private static void walk(Path directory, FileVisit each) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    each.visit(file, attributes);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    // Deleted since its name was read.
                    return skipIfGone(e);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                    return e == null ? FileVisitResult.CONTINUE : skipIfGone(e);
                }

                private FileVisitResult skipIfGone(IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
