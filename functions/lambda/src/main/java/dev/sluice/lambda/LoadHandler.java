package dev.sluice.lambda;

import dev.sluice.run.Stages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// The function `load`.
@Named("load")
@ApplicationScoped
public class LoadHandler extends StageHandler {
    @Inject
    LoadHandler(Instance<Stages> stages) {
        super("load", stages);
    }
}
