package dev.sluice.lambda;

import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;

/// Starts executions of Step Functions, with the credentials, region and endpoint of the environment. The
/// client is made when the first is started.
final class Executions {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);

    private @Nullable SfnClient client;

    /// @return false if there is, or was, one under this name
    boolean start(String machine, String name, String input) {
        try {
            client().startExecution(r -> r.stateMachineArn(machine).name(name).input(input));
            return true;
        } catch (ExecutionAlreadyExistsException known) {
            return false;
        } catch (SdkException e) {
            throw failure(machine, e);
        }
    }

    private SfnClient client() {
        SfnClient made = client;
        if (made == null) {
            made = SfnClient.builder()
                    .httpClient(UrlConnectionHttpClient.builder()
                            .connectionTimeout(CONNECT_TIMEOUT)
                            .socketTimeout(READ_TIMEOUT)
                            .build())
                    .build();
            client = made;
        }
        return made;
    }

    /// What the service says may name a principal.
    private static Failure failure(String machine, SdkException e) {
        boolean refused = e instanceof AwsServiceException service
                && service.statusCode() < 500
                && service.statusCode() != 429
                && !service.isThrottlingException();
        if (refused) {
            String code = ((AwsServiceException) e).awsErrorDetails().errorCode();
            return new InvalidRequest(
                    "%s: Step Functions answers %s; the function needs states:StartExecution on it"
                            .formatted(machine, code),
                    e);
        }
        return new StoreUnavailable(
                "%s: Step Functions cannot be reached, or has trouble of its own (%s)"
                        .formatted(machine, e.getClass().getSimpleName()),
                e);
    }
}
