package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `land`.
@Named("land")
@Singleton
public class LandHandler extends StageHandler {
    @Inject
    LandHandler(Functions functions) {
        super("land", functions);
    }
}
