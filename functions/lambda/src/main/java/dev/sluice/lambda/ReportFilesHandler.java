package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `report-files`.
@Named("report-files")
@Singleton
public class ReportFilesHandler extends StageHandler {
    @Inject
    ReportFilesHandler(Functions functions) {
        super("report-files", functions);
    }
}
