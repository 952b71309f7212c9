package dev.sluice.cli.aws;

import java.net.URI;
import java.util.Optional;

/// Where Sluice is deployed, as `environments.yaml` says it.
///
/// @param stateMachine ARN
/// @param lakePrefix   without slash at either end; may be empty
/// @param lakeEndpoint another service that speaks S3; empty: Amazon's own
/// @param endpoint     of Step Functions; empty: as the AWS environment says (`AWS_ENDPOINT_URL_SFN`), or
///                     Amazon's own
/// @param profile      of the AWS configuration; empty: as the AWS environment says
public record Environment(
        String name,
        String stateMachine,
        String region,
        String lakeBucket,
        String lakePrefix,
        Optional<URI> lakeEndpoint,
        Optional<URI> endpoint,
        Optional<String> profile) {
    /// The ARN that an execution of this name has.
    String executionArn(String run) {
        return stateMachine.replaceFirst(":stateMachine:", ":execution:") + ":" + run;
    }
}
