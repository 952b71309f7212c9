package dev.sluice.adapter.s3;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/// Signatures over the headers alone, as the SDK makes them for https. Over http it signs every chunk of a
/// body too, so that nobody on the way can change it: two SHA-256 of everything that is written, for a
/// connection that does not leave the machine. A body still carries its CRC32, which the server compares.
final class UnsignedBodies implements AwsV4AuthScheme, AwsV4HttpSigner {
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    @Override
    public String schemeId() {
        return SCHEME_ID;
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return AwsV4AuthScheme.create().identityProvider(providers);
    }

    @Override
    public AwsV4HttpSigner signer() {
        return this;
    }

    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
        SdkHttpRequest plain = request.request();
        SdkHttpRequest secure = plain.toBuilder().protocol("https").build();
        SignedRequest signed = signer.sign(with(request, secure));
        SdkHttpRequest back =
                signed.request().toBuilder().protocol(plain.protocol()).build();
        return SignedRequest.builder()
                .request(back)
                .payload(signed.payload().orElse(null))
                .build();
    }

    private static <T extends AwsCredentialsIdentity> SignRequest<T> with(
            SignRequest<T> request, SdkHttpRequest other) {
        return request.toBuilder()
                .request(other)
                .putProperty(PAYLOAD_SIGNING_ENABLED, false)
                .build();
    }

    /// The pipeline has no asynchronous client.
    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
        return signer.signAsync(request);
    }
}
