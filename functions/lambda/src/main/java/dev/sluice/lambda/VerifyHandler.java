package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// The function `verify`.
@Named("verify")
@ApplicationScoped
public class VerifyHandler extends StageHandler {
    @Inject
    VerifyHandler(Instance<Stages> stages) {
        super("verify", stages);
    }
}
