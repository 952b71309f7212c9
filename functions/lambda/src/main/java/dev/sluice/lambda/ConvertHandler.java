package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// The function `convert`.
@Named("convert")
@ApplicationScoped
public class ConvertHandler extends StageHandler {
    @Inject
    ConvertHandler(Instance<Stages> stages) {
        super("convert", stages);
    }
}
