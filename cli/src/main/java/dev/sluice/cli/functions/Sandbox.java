package dev.sluice.cli.functions;

import dev.sluice.model.InvalidRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One process of a function and its Runtime API: started as the managed runtime starts it, with the very
/// client that it uses. Closing it kills the process.
final class Sandbox implements AutoCloseable {
    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    /// Classes of the three archives that the client consists of.
    private static final List<String> CLIENT_ARCHIVES = List.of(
            CLIENT,
            "com.amazonaws.services.lambda.runtime.Context",
            "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer");

    private static final long ENDING_SECONDS = 5;

    private final RuntimeApi api;
    private final Process process;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private Sandbox(RuntimeApi api, Process process) {
        this.api = api;
        this.process = process;
        Thread waiting = new Thread(this::awaitExit, "sandbox-exit");
        waiting.setDaemon(true);
        waiting.start();
    }

    /// In a thread of its own, because [Process#onExit] uses those that all of this process share: a run
    /// that occupies them would wait for its own end.
    private void awaitExit() {
        try {
            exit.complete(process.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The program that runs the functions: that of this process.
    ///
    /// @throws InvalidRequest there is none, as in a runtime image without launchers
    static Path java() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw new InvalidRequest(
                    "%s is no program, and the functions need a java; name a JDK in SLUICE_JAVA_HOME".formatted(java));
        }
        return java;
    }

    /// @param code        the unzipped archive
    /// @param room        for temporary files and the log
    /// @param environment of the function, beside what Lambda sets
    /// @param options     of the JVM
    static Sandbox start(
            FunctionSettings settings, Path code, Path room, Map<String, String> environment, List<String> options) {
        RuntimeApi api = RuntimeApi.start(settings);
        try {
            Path temporary = Files.createDirectories(room.resolve("tmp"));
            List<String> command = new ArrayList<>(List.of(
                    java().toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx" + settings.memoryMb() / 2 + "m",
                    "-Djava.io.tmpdir=" + temporary));
            if (Runtime.version().feature() >= 24) {
                command.add("--enable-native-access=ALL-UNNAMED");
                command.add("--sun-misc-unsafe-memory-access=allow");
            }
            command.addAll(options);
            command.addAll(List.of("-cp", classPath(), CLIENT, settings.handler()));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(code.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(room.resolve("log").toFile()));
            builder.environment().putAll(environment);
            builder.environment().putAll(lambda(settings, api));
            builder.environment().put("SLUICE_TMP", temporary.toString());
            return new Sandbox(api, builder.start());
        } catch (IOException e) {
            api.close();
            throw new UncheckedIOException("cannot start the function " + settings.name(), e);
        }
    }

    private static Map<String, String> lambda(FunctionSettings settings, RuntimeApi api) {
        return Map.of(
                "QUARKUS_LAMBDA_HANDLER",
                settings.name(),
                "SNOWFLAKE_DISABLE_MINICORE",
                "true",
                "AWS_LAMBDA_RUNTIME_API",
                api.address(),
                "AWS_LAMBDA_FUNCTION_NAME",
                settings.name(),
                "AWS_LAMBDA_FUNCTION_VERSION",
                "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                String.valueOf(settings.memoryMb()),
                "AWS_LAMBDA_LOG_GROUP_NAME",
                "/local/" + settings.name(),
                "AWS_LAMBDA_LOG_STREAM_NAME",
                "local");
    }

    private static String classPath() {
        Set<String> archives = new LinkedHashSet<>();
        for (String name : CLIENT_ARCHIVES) {
            try {
                Class<?> found = Class.forName(name, false, Sandbox.class.getClassLoader());
                archives.add(Path.of(found.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            } catch (ClassNotFoundException | URISyntaxException e) {
                throw new IllegalStateException("the runtime interface client is not on the class path", e);
            }
        }
        return String.join(java.io.File.pathSeparator, archives);
    }

    RuntimeApi api() {
        return api;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Done when the process has ended: its exit status.
    CompletableFuture<Integer> exit() {
        return exit;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        api.close();
    }
}
