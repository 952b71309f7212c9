package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `convert-files`.
@Named("convert-files")
@Singleton
public class ConvertFilesHandler extends StageHandler {
    @Inject
    ConvertFilesHandler(Functions functions) {
        super("convert-files", functions);
    }
}
