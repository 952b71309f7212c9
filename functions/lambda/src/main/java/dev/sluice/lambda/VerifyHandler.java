package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `verify`.
@Named("verify")
@Singleton
public class VerifyHandler extends StageHandler {
    @Inject
    VerifyHandler(Functions functions) {
        super("verify", functions);
    }
}
