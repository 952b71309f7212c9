package dev.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What every scenario stands on.
///
/// @param work        for files of a run
/// @param launcher    the `sluice` of this checkout
/// @param sparkHome   the directory with the Spark job's jar and `lib`
/// @param sales       the table of the usual size
/// @param repetitions of everything that is compared
record Context(SourceServer server, Path work, Path launcher, Path sparkHome, SalesTable sales, int repetitions) {
    /// Whether the configuration has such a key.
    boolean knows(String key) throws IOException {
        Process schema = new ProcessBuilder(launcher.toString(), "schema")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(schema.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.contains("\"" + key + "\"");
    }
}
