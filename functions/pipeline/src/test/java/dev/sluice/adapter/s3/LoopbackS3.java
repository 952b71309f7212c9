package dev.sluice.adapter.s3;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.services.s3.S3Client;

/// A real S3 endpoint with one empty bucket `lake`, for tests of the pipeline. Speaks the protocol and
/// verifies signatures and checksums; keys should be plain ASCII, because here they are file names as
/// they are.
public final class LoopbackS3 implements AutoCloseable {
    public static final String BUCKET = "lake";

    private static final List<Logger> QUIET =
            Stream.of("org.gaul").map(Logger::getLogger).toList();

    private final S3Proxy server;
    private final S3Client client;

    public LoopbackS3(Path directory) {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        server = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, "test-access-key", "test-secret-key")
                .stopTimeout(0)
                .build();
        try {
            Files.createDirectories(directory.resolve(BUCKET));
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the endpoint does not start in " + directory, e);
        }
        client = S3Clients.loopback(
                URI.create("http://127.0.0.1:" + server.getPort()), "test-access-key", "test-secret-key");
    }

    public S3Client client() {
        return client;
    }

    /// A lake below a prefix of the bucket. Its replace is not atomic: this endpoint compares, then
    /// writes.
    public S3ObjectStore store(String prefix) {
        return S3ObjectStore.of(client, BUCKET, prefix);
    }

    @Override
    public void close() {
        client.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the endpoint does not stop", e);
        }
    }
}
