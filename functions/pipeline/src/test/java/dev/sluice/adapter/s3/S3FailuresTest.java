package dev.sluice.adapter.s3;

import static dev.sluice.adapter.s3.ScriptedS3.dropped;
import static dev.sluice.adapter.s3.ScriptedS3.error;
import static dev.sluice.adapter.s3.ScriptedS3.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.store.Body;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the store makes of answers that a healthy endpoint does not give.
@Tag("slow")
final class S3FailuresTest {
    private final ScriptedS3 s3;

    S3FailuresTest() throws IOException {
        s3 = new ScriptedS3();
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @ParameterizedTest
    @CsvSource({
        "500, InternalError",
        "503, SlowDown",
        "503, ServiceUnavailable",
        "429, TooManyRequests",
        "400, RequestTimeout",
        "409, OperationAborted"
    })
    void whatPassesIsUnavailable(int status, String code) {
        s3.then(error(status, code));
        assertThatThrownBy(() -> s3.store().read("key"))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("read s3://acme/sluice/key: ")
                .hasMessageContaining(status + " " + code);
    }

    @Test
    void aConnectionThatBreaksIsUnavailable() {
        s3.then(dropped());
        assertThatThrownBy(() -> s3.store().write("key", "x"))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void aBodyForThisMachineCarriesAChecksumAndNoSignatureOfItsOwn() {
        s3.then(ok(""));
        s3.store().write("key", "x");
        assertThat(s3.header("x-amz-content-sha256")).isEqualTo("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        assertThat(s3.header("x-amz-trailer")).isEqualTo("x-amz-checksum-crc32");
        assertThat(s3.header("authorization")).startsWith("AWS4-HMAC-SHA256 ").contains("host;");
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() {
        s3.close();
        assertThatThrownBy(() -> s3.store().list("")).isInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aPassingErrorIsTriedAgainBySdk() {
        s3.then(error(503, "SlowDown"), dropped(), ok("content"));
        assertThat(s3.store().read("key").orElseThrow().text()).isEqualTo("content");
    }

    @Test
    void aMissingBucketIsNamed() {
        s3.then(error(404, "NoSuchBucket"));
        assertThatThrownBy(() -> s3.store().read("key"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("bucket acme does not exist");
        assertThatThrownBy(() -> s3.store().writeIfAbsent("key", "x")).isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> s3.store().open("key")).isInstanceOf(InvalidRequest.class);
    }

    @Test
    void lookingAtAnObjectOfAMissingBucketIsNotAbsence() {
        s3.then(error(404, ""));
        assertThatThrownBy(() -> s3.store().stat("key"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("bucket acme does not exist");
    }

    @Test
    void theBucketIsLookedAtOnlyOnce() {
        s3.then(error(404, ""), ok(""), error(404, ""));
        S3ObjectStore store = s3.store();
        assertThat(store.stat("key")).isEmpty();
        assertThat(store.stat("key")).isEmpty();
        assertThat(s3.requests()).containsExactly("HEAD /acme/sluice/key", "HEAD /acme", "HEAD /acme/sluice/key");
    }

    @Test
    void aDeniedOperationSaysWhichActionToAllow(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        s3.then(error(403, "AccessDenied"));
        S3ObjectStore store = s3.store();
        assertDenied(() -> store.read("key"), "s3:GetObject on arn:aws:s3:::acme/sluice/key");
        assertDenied(() -> store.stat("key"), "s3:GetObject on arn:aws:s3:::acme/sluice/key");
        assertDenied(() -> store.open("key"), "s3:ListBucket on bucket acme");
        assertDenied(() -> store.write("key", "x"), "s3:PutObject on arn:aws:s3:::acme/sluice/key");
        assertDenied(() -> store.upload("key", Body.of(file)), "s3:PutObject on arn:aws:s3:::acme/sluice/key");
        assertDenied(() -> store.list("key"), "s3:ListBucket on arn:aws:s3:::acme");
        assertDenied(() -> store.delete(List.of("key")), "s3:DeleteObject on arn:aws:s3:::acme/sluice/key");
        assertDenied(() -> store.abortStaleUploads(""), "s3:ListBucketMultipartUploads on arn:aws:s3:::acme");
    }

    @Test
    void keysThatWereNotDeletedAreCountedAndTheFirstIsNamed() {
        s3.then(ok("""
                <DeleteResult>
                  <Error><Key>sluice/a</Key><Code>AccessDenied</Code><Message>no</Message></Error>
                  <Error><Key>sluice/b</Key><Code>InternalError</Code><Message>no</Message></Error>
                </DeleteResult>"""));
        assertThatThrownBy(() -> s3.store().delete(List.of("a", "b", "c")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("2 of 3 objects")
                .hasMessageContaining("s3://acme/sluice/a")
                .hasMessageContaining("s3:DeleteObject");
        s3.then(
                ok("<DeleteResult><Error><Key>sluice/b</Key><Code>InternalError</Code></Error></DeleteResult>"),
                ok(""));
        assertThatThrownBy(() -> s3.store().delete(List.of("a"))).isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> s3.store().delete(List.of("b"))).isInstanceOf(StoreUnavailable.class);
    }

    @ParameterizedTest
    @CsvSource({"403, InvalidAccessKeyId", "403, SignatureDoesNotMatch", "400, ExpiredToken", "301, PermanentRedirect"})
    void whatTheConfigurationMustRightIsInvalid(int status, String code) {
        s3.then(error(status, code));
        assertThatThrownBy(() -> s3.store().read("key"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(code);
    }

    @Test
    void messagesHoldNoCredentialsAndNoneOfTheServicesText() {
        s3.then(error(403, "InvalidAccessKeyId"));
        assertThatThrownBy(() -> s3.store().read("key"))
                .message()
                .doesNotContain("AKIDVISIBLE", "secretvisible", "not for everybody");
    }

    @Test
    void aConflictOfConditionalWritesIsTriedAgain() {
        s3.then(error(409, "ConditionalRequestConflict"), error(409, "ConditionalRequestConflict"), ok(""));
        assertThat(s3.store().writeIfAbsent("key", "x")).isTrue();
    }

    @Test
    void aConflictMayEndInDefeat() {
        s3.then(error(409, "ConditionalRequestConflict"), error(412, "PreconditionFailed"));
        assertThat(s3.store().replace("key", "x", "\"old\"")).isEmpty();
        assertThat(s3.store().writeIfAbsent("key", "x")).isFalse();
    }

    @Test
    void aConflictThatStaysIsUnavailable() {
        s3.then(error(409, "ConditionalRequestConflict"));
        assertThatThrownBy(() -> s3.store().writeIfAbsent("key", "x")).isInstanceOf(StoreUnavailable.class);
        assertThat(s3.requests()).hasSize(6);
    }

    @Test
    void aConditionalWriteWhoseAnswerWasLostHasWon() {
        s3.then(dropped(), error(412, "PreconditionFailed"), ok("mine"));
        assertThat(s3.store().writeIfAbsent("key", "mine")).isTrue();
    }

    @Test
    void aConditionalWriteAfterALostAnswerLosesAgainstAnotherContent() {
        s3.then(dropped(), error(412, "PreconditionFailed"), ok("theirs"));
        assertThat(s3.store().writeIfAbsent("key", "mine")).isFalse();
    }

    @Test
    void replacingWhatWentAwayIsEmpty() {
        s3.then(error(404, "NoSuchKey"));
        assertThat(s3.store().replace("key", "x", "\"old\"")).isEmpty();
    }

    @Test
    void openingWhatIsNotThereNamesTheKey() {
        s3.then(error(404, "NoSuchKey"));
        assertThatThrownBy(() -> s3.store().open("raw/part"))
                .isInstanceOf(DataMismatch.class)
                .hasMessageContaining("s3://acme/sluice/raw/part");
    }

    @Test
    void contentThatDoesNotMatchItsChecksumIsUnavailable() throws IOException {
        s3.then(new ScriptedS3.Answer(200, "damaged", Map.of("x-amz-checksum-crc32", "AAAAAA=="), false));
        try (InputStream in = s3.store().open("key")) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("s3://acme/sluice/key");
        }
    }

    private static void assertDenied(ThrowingCallable call, String what) {
        assertThatThrownBy(call).isInstanceOf(InvalidRequest.class).hasMessageContaining(what);
    }
}
