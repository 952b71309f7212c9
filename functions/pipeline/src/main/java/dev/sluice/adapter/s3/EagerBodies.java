package dev.sluice.adapter.s3;

import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;

/// A client that sends bodies without asking first (`Expect: 100-continue`), as the SDK does: worth a
/// round trip where a refused body would have gone over a network, not on the loopback interface, where
/// it made the first sync of 1 000 slices some 7 % slower.
final class EagerBodies implements SdkHttpClient {
    private final SdkHttpClient client;

    EagerBodies(SdkHttpClient client) {
        this.client = client;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        SdkHttpRequest eager =
                request.httpRequest().toBuilder().removeHeader("Expect").build();
        return client.prepareRequest(HttpExecuteRequest.builder()
                .request(eager)
                .contentStreamProvider(request.contentStreamProvider().orElse(null))
                .build());
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
