package dev.sluice.adapter.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// The two S3 services that Sluice talks to. Whoever asks for a client closes it.
///
/// The HTTP client is the one over `HttpURLConnection`: it starts fastest and adds no dependency, and a
/// stage has only a few requests in flight.
public final class S3Clients {
    /// A connection that takes longer than this to open will not open at all.
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /// The longest silence of the service that is still waited for; completing a large multipart upload
    /// is silent.
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(90);

    /// Signatures need a region; an endpoint on the loopback interface accepts any.
    private static final Region LOOPBACK_REGION = Region.US_EAST_1;

    private S3Clients() {}

    /// AWS, with the credentials of the environment (function role, profile, variables).
    ///
    /// @param region   empty: the region of the environment
    /// @param endpoint another service that speaks S3, with the bucket in the path; empty: Amazon's own
    public static S3Client aws(Optional<String> region, Optional<URI> endpoint) {
        return aws(region, endpoint, DefaultCredentialsProvider.builder().build());
    }

    /// As [#aws(Optional, Optional)], with these credentials.
    public static S3Client aws(Optional<String> region, Optional<URI> endpoint, AwsCredentialsProvider credentials) {
        S3ClientBuilder builder =
                S3Client.builder().httpClient(new SteadyHttpClient(http())).credentialsProvider(credentials);
        endpoint.ifPresent(uri -> builder.endpointOverride(uri).forcePathStyle(true));
        region.map(Region::of).ifPresent(builder::region);
        return builder.build();
    }

    /// An S3 endpoint on the loopback interface, which has no DNS name per bucket: the bucket goes into
    /// the path.
    public static S3Client loopback(URI endpoint, String accessKey, String secretKey) {
        return S3Client.builder()
                .httpClient(new SteadyHttpClient(new EagerBodies(http())))
                .endpointOverride(endpoint)
                .region(LOOPBACK_REGION)
                .forcePathStyle(true)
                .putAuthScheme(new UnsignedBodies())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .build();
    }

    private static SdkHttpClient http() {
        return UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(READ_TIMEOUT)
                .build();
    }
}
