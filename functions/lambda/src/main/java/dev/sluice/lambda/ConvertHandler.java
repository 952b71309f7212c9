package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `convert`.
@Named("convert")
@Singleton
public class ConvertHandler extends StageHandler {
    @Inject
    ConvertHandler(Functions functions) {
        super("convert", functions);
    }
}
