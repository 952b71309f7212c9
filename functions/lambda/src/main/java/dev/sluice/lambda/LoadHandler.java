package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `load`.
@Named("load")
@Singleton
public class LoadHandler extends StageHandler {
    @Inject
    LoadHandler(Instance<Stages> stages) {
        super("load", stages);
    }
}
