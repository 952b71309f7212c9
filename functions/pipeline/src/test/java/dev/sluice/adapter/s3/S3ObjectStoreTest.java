package dev.sluice.adapter.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.ObjectStoreContract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/// The contract against an S3 endpoint without any help of ours.
@Tag("slow")
final class S3ObjectStoreTest extends ObjectStoreContract {
    private final LoopbackS3 s3;

    S3ObjectStoreTest(@TempDir Path directory) {
        s3 = new LoopbackS3(directory);
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Override
    protected ObjectStore store() {
        return s3.store("/team/sluice/");
    }

    @Override
    protected ObjectStore wholeBucket() {
        return s3.store("");
    }

    @Override
    protected boolean replaceIsAtomic() {
        return false;
    }

    @Test
    void uploadsBegunMoreThanADayAgoAreAborted() {
        String old = begin("team/sluice/raw/old");
        String other = begin("team/other/old");
        Clock inADay = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
        ObjectStore tomorrow = S3ObjectStore.of(s3.client(), LoopbackS3.BUCKET, "team/sluice", 5 << 20, inADay);

        assertThat(store().abortStaleUploads("raw/")).isZero();
        assertThat(tomorrow.abortStaleUploads("lake/")).isZero();
        assertThat(tomorrow.abortStaleUploads("raw/")).isEqualTo(1);

        assertThat(uploads()).contains(other).doesNotContain(old);
    }

    @Test
    void anUploadThatFailsLeavesNothingBehind() throws Exception {
        Path file = file(random(12 << 20));
        ObjectStore truncating = S3ObjectStore.of(failingOnPart(2), LoopbackS3.BUCKET, "", 5 << 20, Clock.systemUTC());

        assertThatThrownBy(() -> truncating.upload("raw/torn", Body.of(file)))
                .isInstanceOf(IllegalStateException.class);

        assertThat(uploads()).isEmpty();
        assertThat(wholeBucket().list("")).isEmpty();
    }

    private String begin(String key) {
        String id = s3.client()
                .createMultipartUpload(r -> r.bucket(LoopbackS3.BUCKET).key(key))
                .uploadId();
        var unused = s3.client()
                .uploadPart(
                        r -> r.bucket(LoopbackS3.BUCKET).key(key).uploadId(id).partNumber(1),
                        RequestBody.fromString("part"));
        return id;
    }

    private List<String> uploads() {
        return s3.client().listMultipartUploads(r -> r.bucket(LoopbackS3.BUCKET)).uploads().stream()
                .map(MultipartUpload::uploadId)
                .toList();
    }

    /// The endpoint's client, on which the upload of one part fails.
    private S3Client failingOnPart(int number) {
        return (S3Client) Proxy.newProxyInstance(
                S3Client.class.getClassLoader(), new Class<?>[] {S3Client.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("uploadPart") && arguments[0] instanceof Consumer<?> request) {
                        UploadPartRequest.Builder built = UploadPartRequest.builder();
                        @SuppressWarnings("unchecked")
                        Consumer<UploadPartRequest.Builder> fill = (Consumer<UploadPartRequest.Builder>) request;
                        fill.accept(built);
                        if (built.build().partNumber() == number) {
                            throw new IllegalStateException("part " + number);
                        }
                    }
                    try {
                        return method.invoke(s3.client(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
