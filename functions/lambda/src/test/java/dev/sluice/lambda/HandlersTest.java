package dev.sluice.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.DropStages;
import dev.sluice.run.Stages;
import jakarta.inject.Named;
import java.util.ArrayList;
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
            ReportHandler.class,
            ReceiveHandler.class,
            ConvertFilesHandler.class,
            LoadFilesHandler.class,
            VerifyFilesHandler.class,
            ReportFilesHandler.class,
            DoorbellHandler.class);

    @Test
    void thereIsOneHandlerPerStageUnderTheNameOfTheStage() {
        Stream<String> names = HANDLERS.stream()
                .map(handler -> handler.getAnnotation(Named.class))
                .map(Named::value);
        List<String> stages = new ArrayList<>(Stages.NAMES);
        stages.addAll(DropStages.NAMES);
        stages.add(Doorkeeper.NAME);
        assertThat(names).containsExactlyElementsOf(stages);
    }
}
