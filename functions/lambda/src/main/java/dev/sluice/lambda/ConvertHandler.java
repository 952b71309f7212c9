package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `convert`.
@Named("convert")
@Singleton
public class ConvertHandler extends StageHandler {
    @Inject
    ConvertHandler(Instance<Stages> stages) {
        super("convert", stages);
    }
}
