package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `report`.
@Named("report")
@Singleton
public class ReportHandler extends StageHandler {
    @Inject
    ReportHandler(Functions functions) {
        super("report", functions);
    }
}
