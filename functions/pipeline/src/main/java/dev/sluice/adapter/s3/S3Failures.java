package dev.sluice.adapter.s3;

import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Translates what S3 answers into who has to act.
///
/// Messages hold the error code and the request id, never the service's own text, which can name a
/// principal; that text stays in the cause.
final class S3Failures {
    /// Codes below 500 that pass by themselves.
    private static final Set<String> PASSING = Set.of(
            "SlowDown",
            "RequestTimeout",
            "OperationAborted",
            "ConditionalRequestConflict",
            "ServiceUnavailable",
            "InternalError",
            "Throttling",
            "ThrottlingException",
            "TooManyRequests",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded");

    private static final Set<String> CREDENTIALS = Set.of(
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "InvalidToken",
            "TokenRefreshRequired",
            "RequestTimeTooSkewed");

    private static final Set<String> WRONG_REGION =
            Set.of("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException");

    private S3Failures() {}

    /// @param what the operation in the user's words, such as `read`
    /// @param action the IAM action that the operation needs
    /// @param endpoint another service than Amazon's
    static Failure of(SdkException e, String what, String action, String bucket, String key, Optional<URI> endpoint) {
        String place = what + " s3://" + bucket + "/" + key + ": ";
        return e instanceof S3Exception s3 ? ofService(s3, place, action, bucket, key) : ofClient(e, place, endpoint);
    }

    static boolean isStatus(SdkException e, int status) {
        return e instanceof S3Exception s3 && s3.statusCode() == status;
    }

    static boolean isCode(SdkException e, String code) {
        return e instanceof S3Exception s3 && code.equals(codeOf(s3));
    }

    static boolean isPassing(String code) {
        return PASSING.contains(code);
    }

    /// What is missing when S3 answers AccessDenied.
    static String denied(String action, String bucket, String key) {
        String resource =
                action.startsWith("s3:ListBucket") ? "arn:aws:s3:::" + bucket : "arn:aws:s3:::" + bucket + "/" + key;
        String absent = action.equals("s3:GetObject")
                ? "; without s3:ListBucket on bucket " + bucket + " S3 also answers so for a key that does not exist"
                : "";
        return "S3 denies it; allow " + action + " on " + resource + absent;
    }

    private static Failure ofService(S3Exception e, String place, String action, String bucket, String key) {
        String code = codeOf(e);
        String answer = "S3 answered " + e.statusCode() + " " + code
                + Optional.ofNullable(e.requestId())
                        .map(id -> " (request " + id + ")")
                        .orElse("");
        if (e.statusCode() >= 500 || e.statusCode() == 429 || isPassing(code) || e.isThrottlingException()) {
            return new StoreUnavailable(place + answer, e);
        }
        if (code.equals("NoSuchBucket")) {
            return new InvalidRequest(place + "bucket " + bucket + " does not exist; create it or change lake.url", e);
        }
        if (CREDENTIALS.contains(code)) {
            return new InvalidRequest(place + answer + "; check the AWS credentials and the clock", e);
        }
        if (WRONG_REGION.contains(code) || e.statusCode() == 301) {
            return new InvalidRequest(place + answer + "; bucket " + bucket + " is in another region", e);
        }
        if (e.statusCode() == 403) {
            boolean encryption = detailsOf(e)
                    .map(AwsErrorDetails::errorMessage)
                    .filter(text -> text.contains("kms:"))
                    .isPresent();
            String advice = encryption ? "the bucket's KMS key denies it; allow its use" : denied(action, bucket, key);
            return new InvalidRequest(place + advice, e);
        }
        return new InvalidRequest(place + answer, e);
    }

    private static Failure ofClient(SdkException e, String place, Optional<URI> endpoint) {
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return new StoreUnavailable(place + "S3 did not answer in time", e);
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return new StoreUnavailable(
                        place + "S3 cannot be reached"
                                + endpoint.map(uri -> " at " + uri).orElse("") + " ("
                                + cause.getClass().getSimpleName() + ")",
                        e);
            }
        }
        String message = Optional.ofNullable(e.getMessage()).orElse("");
        if (message.startsWith("Unable to load credentials")) {
            return new InvalidRequest(place + "no AWS credentials found in the environment", e);
        }
        return new StoreUnavailable(
                place + "the S3 client failed (" + e.getClass().getSimpleName() + ")", e);
    }

    private static String codeOf(S3Exception e) {
        // An answer to HEAD has no body, hence no code.
        return detailsOf(e).map(AwsErrorDetails::errorCode).orElse("without a code");
    }

    private static Optional<AwsErrorDetails> detailsOf(S3Exception e) {
        return Optional.ofNullable(e.awsErrorDetails());
    }
}
