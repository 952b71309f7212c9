package dev.sluice.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.model.InvalidRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// What every command that reads the configuration takes.
final class ConfigOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "sluice.yaml",
            description = "The configuration (default: ./sluice.yaml).")
    @SuppressWarnings("NullAway.Init")
    Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json: one JSON document on standard output.")
    @SuppressWarnings("NullAway.Init")
    Format format;

    /// How results are printed.
    enum Format {
        TEXT,
        JSON
    }

    boolean json() {
        return format == Format.JSON;
    }

    SluiceConfig load() {
        return load(Surroundings.oneProcess(System::getenv));
    }

    SluiceConfig load(Surroundings surroundings) {
        if (!Files.exists(file)) {
            throw new InvalidRequest(
                    "%s does not exist. Name another file with -c FILE, try sluice demo, or see docs/config.md"
                            .formatted(file));
        }
        return SluiceConfig.load(file, surroundings);
    }

    /// Where Sluice keeps its temporary files: `.sluice` beside the configuration.
    Path home() {
        Path directory = file.toAbsolutePath().normalize().getParent();
        return (directory == null ? Path.of("") : directory).resolve(".sluice");
    }
}
