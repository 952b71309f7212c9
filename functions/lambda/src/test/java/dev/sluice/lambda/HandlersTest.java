package dev.sluice.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.Stages;
import jakarta.inject.Named;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HandlersTest {
    private static final List<Class<? extends StageHandler>> HANDLERS = List.of(
            PlanHandler.class,
            PlanTableHandler.class,
            LandHandler.class,
            ConvertHandler.class,
            LoadHandler.class,
            VerifyHandler.class,
            ReportHandler.class);

    @Test
    void thereIsOneHandlerPerStageUnderTheNameOfTheStage() {
        Stream<String> names = HANDLERS.stream()
                .map(handler -> handler.getAnnotation(Named.class))
                .map(Named::value);
        assertThat(names).containsExactlyElementsOf(Stages.NAMES);
    }
}
