package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `doorbell`.
@Named(Doorkeeper.NAME)
@Singleton
public class DoorbellHandler extends StageHandler {
    @Inject
    DoorbellHandler(Functions functions) {
        super(Doorkeeper.NAME, functions);
    }
}
