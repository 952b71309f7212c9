package dev.sluice.cli.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.machine.TaskFailed;
import dev.sluice.machine.TaskInvoker;
import dev.sluice.run.DropStages;
import dev.sluice.run.Stages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Every function of `function.zip` as processes of this machine, for the state machine to call. Closing it
/// kills them all. Thread-safe.
public final class LocalFunctions implements TaskInvoker, AutoCloseable {
    /// The service's limit, and what infra gives to the stages that take long.
    public static final Duration TIMEOUT = Duration.ofMinutes(15);

    /// Every function: the stages of both state machines, and the one that notices of files ring.
    public static final List<String> NAMES = Stream.of(Stages.NAMES, DropStages.NAMES, List.of("doorbell"))
            .flatMap(List::stream)
            .toList();

    private static final int MEMORY_MB = 1024;

    private final Map<String, LocalFunction> functions = new LinkedHashMap<>();

    private LocalFunctions() {}

    /// @param zip         function.zip
    /// @param code        where it is unzipped, unless it was already
    /// @param home        for temporary files and logs: `<home>/<function>/log`
    /// @param environment of every function, beside that of this process
    /// @param timeout     of one invocation
    /// @param options     of the JVMs
    /// @throws dev.sluice.model.InvalidRequest the file is no function.zip, or there is no java
    public static LocalFunctions of(
            Path zip, Path code, Path home, Map<String, String> environment, Duration timeout, List<String> options) {
        Sandbox.java();
        Path unzipped = Archive.unzip(zip, code.toAbsolutePath());
        LocalFunctions all = new LocalFunctions();
        for (String name : NAMES) {
            FunctionSettings settings = new FunctionSettings(name, timeout, MEMORY_MB, FunctionSettings.QUARKUS);
            Path room = room(home, name);
            all.functions.put(
                    name,
                    new LocalFunction(settings, () -> Sandbox.start(settings, unzipped, room, environment, options)));
        }
        return all;
    }

    private static Path room(Path home, String name) {
        try {
            return Files.createDirectories(home.resolve(name).toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public JsonNode invoke(String functionName, JsonNode payload) throws TaskFailed, InterruptedException, IOException {
        LocalFunction function = functions.get(functionName);
        if (function == null) {
            throw new TaskFailed("Lambda.ResourceNotFoundException", "Function not found: " + functionName);
        }
        return function.invoke(payload);
    }

    @Override
    public void close() {
        functions.values().forEach(LocalFunction::close);
    }
}
