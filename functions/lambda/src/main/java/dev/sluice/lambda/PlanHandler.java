package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `plan`.
@Named("plan")
@Singleton
public class PlanHandler extends StageHandler {
    @Inject
    PlanHandler(Functions functions) {
        super("plan", functions);
    }
}
