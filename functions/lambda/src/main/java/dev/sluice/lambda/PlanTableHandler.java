package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `plan-table`.
@Named("plan-table")
@Singleton
public class PlanTableHandler extends StageHandler {
    @Inject
    PlanTableHandler(Instance<Stages> stages) {
        super("plan-table", stages);
    }
}
