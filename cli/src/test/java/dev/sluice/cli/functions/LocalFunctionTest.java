package dev.sluice.cli.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.machine.TaskFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The loopback Runtime API and AWS's own client of it, at the sizes where Lambda says no. No function of
/// Sluice answers with more than some hundred bytes, so a function of the test does.
@Tag("slow")
@Timeout(120)
class LocalFunctionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void theLargestPayloadsPassAndOneByteMoreIsRefusedUnderTheNameOfTheService() throws Exception {
        try (LocalFunction answers = answers()) {
            JsonNode most = answers.invoke(asking(RuntimeApi.LARGEST_RESPONSE));
            assertThat(most.textValue()).hasSize(RuntimeApi.LARGEST_RESPONSE - 2);

            TaskFailed large = failure(answers, asking(RuntimeApi.LARGEST_RESPONSE + 1));
            assertThat(large.errorName()).isEqualTo("Function.ResponseSizeTooLarge");
            assertThat(large.errorCause()).contains("maximum allowed payload size (6291556 bytes)");
            assertThat(answers.invoke(asking(7)).textValue()).isEqualTo("xxxxx");

            ObjectNode padded = asking(5);
            int rest = LocalFunction.LARGEST_REQUEST - bytes(padded.put("padding", ""));
            assertThat(answers.invoke(padded.put("padding", "x".repeat(rest))).textValue())
                    .isEqualTo("xxx");
            TaskFailed over = failure(answers, padded.put("padding", "x".repeat(rest + 1)));
            assertThat(over.errorName()).isEqualTo("Lambda.RequestTooLargeException");
        }
        assertThat(Files.readString(Path.of("../statemachine/sync.asl.json")))
                .as("neither is retried: the next attempt would be as large")
                .doesNotContain("Function.ResponseSizeTooLarge", "Lambda.RequestTooLargeException");
    }

    private LocalFunction answers() throws IOException {
        Path code = directory.resolve("code");
        String name = Answers.class.getName().replace('.', '/') + ".class";
        try (InputStream in = Answers.class.getClassLoader().getResourceAsStream(name)) {
            Files.createDirectories(code.resolve(name).getParent());
            Files.copy(in, code.resolve(name));
        }
        Path room = Files.createDirectories(directory.resolve("room"));
        FunctionSettings settings = new FunctionSettings(
                "answers", Duration.ofSeconds(60), 1024, Answers.class.getName() + "::handleRequest");
        return new LocalFunction(settings, () -> Sandbox.start(settings, code, room, Map.of(), List.of()));
    }

    private static ObjectNode asking(int bytes) {
        return JSON.createObjectNode().put("bytes", bytes);
    }

    private static int bytes(JsonNode payload) {
        return payload.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static TaskFailed failure(LocalFunction function, JsonNode payload) {
        TaskFailed failed = catchThrowableOfType(TaskFailed.class, () -> function.invoke(payload));
        assertThat(failed).isNotNull();
        return failed;
    }
}
