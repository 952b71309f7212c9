package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A JVM of its own that runs a main class on the class path of the tests, perhaps until a named place,
/// see [dev.sluice.store.Checkpoint]. Killed when closed.
final class OtherProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long POLL_MILLIS = 10;

    private final Process process;
    private final Path pauseFile;
    private final Path out;
    private final Path err;

    private OtherProcess(Process process, Path pauseFile, Path out, Path err) {
        this.process = process;
        this.pauseFile = pauseFile;
        this.out = out;
        this.err = err;
    }

    /// `sluice sync` of one table of the bed, or of all if the table is empty.
    ///
    /// @param places names of checkpoints, separated by commas; may be empty
    static OtherProcess sync(Bed bed, String table, String places) {
        List<String> arguments =
                new ArrayList<>(List.of("sync", "-c", bed.writeConfig().toString()));
        if (!table.isEmpty()) {
            arguments.addAll(List.of("--select", table));
        }
        return start(bed.directory(), places, Sluice.class, arguments);
    }

    static OtherProcess start(Path directory, String places, Class<?> main, List<String> arguments) {
        return start(directory, places, main, arguments, Map.of());
    }

    /// @param environment variables beside those of this process
    static OtherProcess start(
            Path directory, String places, Class<?> main, List<String> arguments, Map<String, String> environment) {
        try {
            Path room = Files.createTempDirectory(directory, "process-");
            Path pauseFile = room.resolve("paused");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx512m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Duser.timezone=Pacific/Apia",
                    "-Duser.language=tr",
                    "-Duser.country=TR"));
            if (!places.isEmpty()) {
                command.add("-Dsluice.pause.at=" + places);
            }
            command.add("-Dsluice.pause.file=" + pauseFile);
            command.add(main.getName());
            command.addAll(arguments);
            Path out = room.resolve("out");
            Path err = room.resolve("err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("CLASSPATH", classPath());
            builder.environment().put("PASSWORD", "any");
            credential("aws.accessKeyId").ifPresent(key -> builder.environment().put("AWS_ACCESS_KEY_ID", key));
            credential("aws.secretAccessKey")
                    .ifPresent(key -> builder.environment().put("AWS_SECRET_ACCESS_KEY", key));
            builder.environment().putAll(environment);
            return new OtherProcess(builder.start(), pauseFile, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> credential(String property) {
        return Optional.ofNullable(System.getProperty(property));
    }

    /// That of this test, whether the class path of the JVM or one that a test launcher loads.
    private static String classPath() {
        return OtherProcess.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    long pid() {
        return process.pid();
    }

    Path pauseFile() {
        return pauseFile;
    }

    /// Waits until the process has reached the place where it is to pause.
    OtherProcess awaitPause() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(pauseFile)) {
            assertThat(process.isAlive())
                    .as("process lives until it pauses: %s %s", text(out), text(err))
                    .isTrue();
            assertThat(System.nanoTime())
                    .as("process pauses in time: %s %s", text(out), text(err))
                    .isLessThan(deadline);
            sleep();
        }
        return this;
    }

    /// Waits until the process has printed a text on standard output.
    void awaitOutput(String text) {
        awaitText(out, text);
    }

    /// Waits until the process has printed a text on standard error.
    void awaitError(String text) {
        awaitText(err, text);
    }

    private void awaitText(Path stream, String text) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!text(stream).contains(text)) {
            assertThat(process.isAlive()).as("process lives: %s", text(err)).isTrue();
            assertThat(System.nanoTime()).as(text(err)).isLessThan(deadline);
            sleep();
        }
    }

    void resume() {
        try {
            Files.delete(pauseFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// SIGKILL.
    void kill() {
        process.destroyForcibly();
        await();
    }

    /// SIGTERM or SIGINT, by name.
    void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(code).isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @return the exit code
    int await() {
        return await(PATIENCE);
    }

    int await(Duration longest) {
        try {
            assertThat(process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS))
                    .as("process ends within %s: %s %s", longest, text(out), text(err))
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String output() {
        return text(out);
    }

    /// What it said on both streams.
    String everything() {
        return text(out) + text(err);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
