package dev.sluice.lambda;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `load-files`.
@Named("load-files")
@Singleton
public class LoadFilesHandler extends StageHandler {
    @Inject
    LoadFilesHandler(Functions functions) {
        super("load-files", functions);
    }
}
