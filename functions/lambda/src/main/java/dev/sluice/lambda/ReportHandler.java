package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// The function `report`.
@Named("report")
@ApplicationScoped
public class ReportHandler extends StageHandler {
    @Inject
    ReportHandler(Instance<Stages> stages) {
        super("report", stages);
    }
}
