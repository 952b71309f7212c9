package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// The function `land`.
@Named("land")
@ApplicationScoped
public class LandHandler extends StageHandler {
    @Inject
    LandHandler(Instance<Stages> stages) {
        super("land", stages);
    }
}
