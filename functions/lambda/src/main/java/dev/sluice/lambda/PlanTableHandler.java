package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `plan-table`.
@Named("plan-table")
@Singleton
public class PlanTableHandler extends StageHandler {
    @Inject
    PlanTableHandler(Functions functions) {
        super("plan-table", functions);
    }
}
