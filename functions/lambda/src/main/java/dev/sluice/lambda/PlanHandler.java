package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// The function `plan`.
@Named("plan")
@ApplicationScoped
public class PlanHandler extends StageHandler {
    @Inject
    PlanHandler(Instance<Stages> stages) {
        super("plan", stages);
    }
}
