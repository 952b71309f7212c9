package dev.sluice.cli;

import dev.sluice.config.SecretName;
import dev.sluice.config.Secrets;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Surroundings;
import dev.sluice.model.Consistency;
import dev.sluice.model.InvalidRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

    /// As [#load()], for commands that need no secret: `${secret:…}` is understood, and nobody is asked for it.
    SluiceConfig loadWithoutSecrets() {
        return load(new Surroundings(System::getenv, Optional.of(new NotAsked()), Consistency.TABLE));
    }

    private record NotAsked() implements Secrets {
        @Override
        public String value(SecretName name) {
            throw new IllegalStateException("this command needs no secret");
        }

        @Override
        public boolean renew(SecretName name) {
            return false;
        }
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
