package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `plan`.
@Named("plan")
@Singleton
public class PlanHandler extends StageHandler {
    @Inject
    PlanHandler(Instance<Stages> stages) {
        super("plan", stages);
    }
}
