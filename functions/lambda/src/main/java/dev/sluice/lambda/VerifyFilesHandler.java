package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `verify-files`.
@Named("verify-files")
@Singleton
public class VerifyFilesHandler extends StageHandler {
    @Inject
    VerifyFilesHandler(Functions functions) {
        super("verify-files", functions);
    }
}
