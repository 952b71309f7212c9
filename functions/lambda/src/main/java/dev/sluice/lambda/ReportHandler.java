package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `report`.
@Named("report")
@Singleton
public class ReportHandler extends StageHandler {
    @Inject
    ReportHandler(Instance<Stages> stages) {
        super("report", stages);
    }
}
