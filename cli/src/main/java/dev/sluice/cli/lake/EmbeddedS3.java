package dev.sluice.cli.lake;

import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.store.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import software.amazon.awssdk.services.s3.S3Client;

/// An S3 endpoint on the loopback interface whose one bucket is a directory: the lake of a laptop,
/// through the very protocol that the pipeline speaks on AWS. Several processes may serve the same
/// directory at once. Thread-safe.
///
/// An object appears whole or not at all, whenever a process is killed: it is written beside its place
/// and renamed. Nothing is synced to the disk, so a power cut may lose the latest objects. Entity tags,
/// content types and checksums are extended attributes of the files and survive a restart; on a file
/// system without them, entity tags of objects up to 8 MiB are computed, the rest is absent, and
/// everything but conditional writes of larger objects works.
///
/// Credentials are random and end with the process.
public final class EmbeddedS3 implements AutoCloseable {
    /// The one bucket.
    public static final String BUCKET = "lake";

    /// Requests served at once.
    private static final int MAX_THREADS = 64;

    /// Held, because the logging manager forgets the level of a logger that nobody holds.
    private static final List<Logger> QUIET = Stream.of("org.gaul", "org.gaul.s3proxy", "org.gaul.shaded")
            .map(Logger::getLogger)
            .toList();

    private final Path directory;
    private final URI endpoint;
    private final String accessKey;
    private final String secretKey;
    private final KeyedFiles files;
    private final S3Proxy server;
    private final S3Client client;

    private EmbeddedS3(
            Path directory, KeyedFiles files, URI endpoint, String accessKey, String secretKey, S3Proxy server) {
        this.directory = directory;
        this.files = files;
        this.endpoint = endpoint;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.server = server;
        this.client = S3Clients.loopback(endpoint, accessKey, secretKey);
    }

    /// Serves the directory on a free port until closed; creates what is missing.
    ///
    /// @throws InvalidRequest the directory cannot be created or written
    public static EmbeddedS3 start(Path directory) {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        Path real = created(directory);
        String accessKey = random(10);
        String secretKey = random(20);
        KeyedFiles files = new KeyedFiles(real);
        S3Proxy server = S3Proxy.builder()
                .blobStore(files)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
                .jettyMaxThreads(MAX_THREADS)
                // Whoever closes the endpoint has ended its own requests before.
                .stopTimeout(0)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            throw new StoreUnavailable("serve the lake " + real + " on the loopback interface: " + e.getMessage(), e);
        }
        URI endpoint = URI.create("http://127.0.0.1:" + server.getPort());
        return new EmbeddedS3(real, files, endpoint, accessKey, secretKey, server);
    }

    /// The lake below a prefix of the bucket. Its conditional writes hold between all processes that
    /// serve the directory, which those of [#client] do not.
    public ObjectStore store(String prefix) {
        return ExclusiveConditionalWrites.of(S3ObjectStore.of(client, BUCKET, prefix), directory);
    }

    /// As [#store], for the process that serves it: whole objects are read and uploaded without a request, see
    /// [DirectObjects]. Whoever tests the protocol takes the other one.
    public ObjectStore ownStore(String prefix) {
        return new DirectObjects(store(prefix), files);
    }

    /// Files that somebody copied into the directories of a prefix under names that no object has here, so
    /// that nobody will ever see them; relative to the bucket.
    public List<Path> unseen(String prefix) {
        return KeyedFiles.unseen(directory, BUCKET, prefix);
    }

    /// A client of the endpoint, closed with it.
    public S3Client client() {
        return client;
    }

    public URI endpoint() {
        return endpoint;
    }

    public String accessKey() {
        return accessKey;
    }

    public String secretKey() {
        return secretKey;
    }

    @Override
    public void close() {
        client.close();
        stop(server);
    }

    private static Path created(Path directory) {
        try {
            Files.createDirectories(directory.resolve(BUCKET));
            Path real = directory.toRealPath();
            if (!Files.isWritable(real.resolve(BUCKET))) {
                throw new InvalidRequest("lake: the directory " + real + " cannot be written");
            }
            return real;
        } catch (FileAlreadyExistsException e) {
            throw new InvalidRequest("lake: " + e.getFile() + " is not a directory", e);
        } catch (IOException e) {
            throw new InvalidRequest("lake: the directory " + directory + " cannot be created: " + e, e);
        }
    }

    private static void stop(S3Proxy server) {
        try {
            server.stop();
        } catch (Exception e) {
            throw new StoreUnavailable("stop serving the lake: " + e.getMessage(), e);
        }
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
