package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// The function `plan-table`.
@Named("plan-table")
@ApplicationScoped
public class PlanTableHandler extends StageHandler {
    @Inject
    PlanTableHandler(Instance<Stages> stages) {
        super("plan-table", stages);
    }
}
