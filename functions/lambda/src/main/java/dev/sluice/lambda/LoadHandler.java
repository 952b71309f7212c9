package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `load`.
@Named("load")
@Singleton
public class LoadHandler extends StageHandler {
    @Inject
    LoadHandler(Functions functions) {
        super("load", functions);
    }
}
