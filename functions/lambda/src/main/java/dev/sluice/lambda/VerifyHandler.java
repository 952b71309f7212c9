package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The function `verify`.
@Named("verify")
@Singleton
public class VerifyHandler extends StageHandler {
    @Inject
    VerifyHandler(Instance<Stages> stages) {
        super("verify", stages);
    }
}
