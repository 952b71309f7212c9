package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `receive`.
@Named("receive")
@Singleton
public class ReceiveHandler extends StageHandler {
    @Inject
    ReceiveHandler(Functions functions) {
        super("receive", functions);
    }
}
