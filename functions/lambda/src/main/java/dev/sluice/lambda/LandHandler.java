package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `land`.
@Named("land")
@Singleton
public class LandHandler extends StageHandler {
    @Inject
    LandHandler(Instance<Stages> stages) {
        super("land", stages);
    }
}
