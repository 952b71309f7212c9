package dev.sluice.cli.aws;

import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sfn.model.SfnException;

/// Translates what Step Functions answers into who has to act. What passes by itself becomes
/// [StoreUnavailable], like the same answers of S3: the SDK has tried it again already.
///
/// Messages hold the error code and the request id, never the service's own text, which can name a
/// principal.
final class StepFunctionsFailures {
    private static final Set<String> CREDENTIALS = Set.of(
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "ExpiredToken",
            "ExpiredTokenException");

    private static final Set<String> PASSING = Set.of(
            "ThrottlingException",
            "Throttling",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "ExecutionLimitExceeded",
            "ServiceUnavailable");

    private StepFunctionsFailures() {}

    /// @param what   the operation in the user's words, such as `start a run`
    /// @param action the IAM action that the operation needs
    /// @param arn    what it is about
    static Failure of(SdkException e, Environment environment, String what, String action, String arn) {
        String place = "environment %s: %s: ".formatted(environment.name(), what);
        return e instanceof SfnException answer
                ? ofService(answer, environment, place, action, arn)
                : ofClient(e, environment, place);
    }

    static boolean isCode(SdkException e, String code) {
        return e instanceof SfnException answer && code.equals(codeOf(answer));
    }

    private static Failure ofService(SfnException e, Environment environment, String place, String action, String arn) {
        String code = codeOf(e);
        String answer = "Step Functions answered " + e.statusCode() + " " + code
                + Optional.ofNullable(e.requestId())
                        .map(id -> " (request " + id + ")")
                        .orElse("");
        if (code.equals("AccessDeniedException")) {
            return new InvalidRequest(place + "Step Functions denies it; allow " + action + " on " + arn, e);
        }
        if (CREDENTIALS.contains(code)) {
            return new InvalidRequest(place + answer + "; check the AWS credentials and the clock, or log in again", e);
        }
        if (PASSING.contains(code) || e.isThrottlingException()) {
            return new StoreUnavailable(place + answer + ", and did so again when asked again; try later", e);
        }
        if (e.statusCode() >= 500) {
            return new StoreUnavailable(place + answer, e);
        }
        return switch (code) {
            case "StateMachineDoesNotExist", "StateMachineDeleting", "InvalidArn" ->
                new InvalidRequest(
                        place + "there is no state machine " + environment.stateMachine()
                                + "; check state_machine and region in " + Environments.FILE
                                + ", and that it was deployed (make deploy)",
                        e);
            case "ExecutionDoesNotExist" ->
                new InvalidRequest(
                        place + "there is no such run (" + arn + "); sluice runs --env " + environment.name()
                                + " lists those that there are. Step Functions forgets a run after 90 days",
                        e);
            default -> new InvalidRequest(place + answer, e);
        };
    }

    private static Failure ofClient(SdkException e, Environment environment, String place) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return new StoreUnavailable(
                        place + "Step Functions cannot be reached ("
                                + cause.getClass().getSimpleName() + "); check the network and "
                                + environment
                                        .endpoint()
                                        .map(endpoint -> "endpoint " + endpoint)
                                        .orElse("region " + environment.region()),
                        e);
            }
        }
        String message = Optional.ofNullable(e.getMessage()).orElse("");
        if (message.contains("credentials") || message.contains("rofile") || message.contains("oken")) {
            return new InvalidRequest(
                    place
                            + environment
                                    .profile()
                                    .map(p ->
                                            "the AWS profile '" + p + "' gives no credentials; look into ~/.aws/config,"
                                                    + " or log in: aws sso login --profile " + p)
                                    .orElse("no AWS credentials found; set AWS_PROFILE, or `profile` in "
                                            + Environments.FILE),
                    e);
        }
        return new StoreUnavailable(place + "the client failed (" + e.getClass().getSimpleName() + ")", e);
    }

    private static String codeOf(SfnException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("without a code");
    }
}
