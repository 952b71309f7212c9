package dev.sluice.cli;

import dev.sluice.adapter.postgres.PostgresInspection;
import dev.sluice.adapter.postgres.PostgresSource;
import dev.sluice.cli.init.ConfigText;
import dev.sluice.cli.init.DropProposal;
import dev.sluice.cli.init.Proposal;
import dev.sluice.cli.init.Proposals;
import dev.sluice.cli.init.Surveyor;
import dev.sluice.cli.init.TableFacts;
import dev.sluice.config.Secret;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.source.Source;
import dev.sluice.store.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice init`.
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description =
                "Looks at a source and writes a sluice.yaml: a strategy for every table, with the reason beside it."
                        + " Reads the catalogue and its statistics, not the tables.",
        footer = {
            "",
            "The password comes from an environment variable and never stands in the file.",
            "  export SLUICE_SOURCE_PASSWORD=…",
            "  sluice init --source jdbc:postgresql://localhost:5432/retail --user sluice --schema public",
            "  sluice init --drop samples/pos/17/2024-03-31/*.jsonl.gz --append",
            "",
            "Exit code 0 if the file was written, 1 if the source cannot be reached, 2 for usage, a file that exists, or"
                    + " nothing to sync."
        })
final class InitCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";

    /// What the configuration's reader takes; bytes.
    private static final int LARGEST_FILE = 1 << 20;

    @Option(
            names = "--source",
            paramLabel = "URL",
            description = "jdbc:postgresql://host:port/database, parameters allowed; no user and no password in it.")
    private String url = "";

    @Option(
            names = "--drop",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Proposes an entry under drops: from samples of one feed instead: CSV, JSON Lines or Parquet,"
                    + " compressed or not. Prints it.")
    private List<Path> drops = List.of();

    @Option(names = "--append", description = "With --drop: adds the entry to the file of -c.")
    private boolean append;

    @Option(
            names = "--user",
            paramLabel = "ROLE",
            description = "The role that reads (default: the name of the user of this machine).")
    private String user = System.getProperty("user.name", "sluice");

    @Option(
            names = "--password-env",
            paramLabel = "NAME",
            defaultValue = "SLUICE_SOURCE_PASSWORD",
            description = "The environment variable with the password (default: SLUICE_SOURCE_PASSWORD).")
    @SuppressWarnings("NullAway.Init")
    private String passwordName;

    @Option(names = "--schema", paramLabel = "SCHEMA", arity = "1..*", description = "Only tables of these schemas.")
    private List<String> schemas = List.of();

    @Option(
            names = "--select",
            paramLabel = "TABLE",
            arity = "1..*",
            description = "Only these tables; * stands for anything.")
    private List<String> select = List.of();

    @Option(
            names = "--warehouse",
            paramLabel = "TYPE",
            defaultValue = "duckdb",
            description = "duckdb, the one there is.")
    @SuppressWarnings("NullAway.Init")
    private WarehouseType warehouse;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "sluice.yaml",
            description = "The file to write (default: ./sluice.yaml); - for standard output.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json: the proposals as one JSON document on standard output; writes no file.")
    @SuppressWarnings("NullAway.Init")
    private ConfigOptions.Format format;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    /// What the configuration knows.
    enum WarehouseType {
        DUCKDB
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (!drops.isEmpty()) {
            return drop(out);
        }
        if (url.isEmpty() || append) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    append ? "--append belongs to --drop" : "Missing required option: '--source=URL' (or --drop)");
        }
        boolean writes = format == ConfigOptions.Format.TEXT && !file.toString().equals(STANDARD_OUTPUT);
        checkFile(writes);
        Secret password = password();
        checkAddress();
        Source source = PostgresSource.of(url, user, password::reveal);
        PostgresInspection inspection = PostgresInspection.of(url, user, password::reveal);
        List<TableFacts> facts = new Surveyor(source, inspection).survey(this::wanted);
        if (facts.isEmpty()) {
            throw new InvalidRequest("the source has no table%s that role %s may see"
                    .formatted(schemas.isEmpty() && select.isEmpty() ? "" : " of this selection", user));
        }
        List<Proposal> proposals =
                facts.stream().map(f -> Proposals.of(f, user)).toList();
        if (proposals.stream().allMatch(Proposal::leftOut)) {
            throw new InvalidRequest("none of %d tables can be synced as it is:%n%s"
                    .formatted(
                            proposals.size(),
                            proposals.stream().map(InitCommand::leftOut).collect(Collectors.joining("\n"))));
        }
        String yaml = yaml(proposals);
        check(yaml, source);
        if (format == ConfigOptions.Format.JSON) {
            out.println(Json.write(proposals));
        } else if (writes) {
            write(yaml);
            report(out, proposals);
        } else {
            out.print(yaml);
            out.flush();
            report(spec.commandLine().getErr(), proposals);
        }
        return Sluice.OK;
    }

    private int drop(PrintWriter out) {
        if (!url.isEmpty()) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--drop and --source: one at a time");
        }
        if (format == ConfigOptions.Format.JSON) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "-o json is for --source; the entry of a feed is YAML");
        }
        String entry = DropProposal.of(drops);
        if (append) {
            DropProposal.append(entry, file);
            out.printf("Added to %s. Read it: a proposal knows the samples, not the feed.%n", file);
        } else {
            out.print("drops:\n" + entry);
        }
        out.flush();
        return Sluice.OK;
    }

    private void checkFile(boolean writes) {
        if (writes && !force && Files.exists(file)) {
            throw exists();
        }
    }

    private InvalidRequest exists() {
        return new InvalidRequest(
                "%s exists. Name another file with -c FILE, look with -c -, or replace it with --force"
                        .formatted(file));
    }

    private Secret password() {
        if (!passwordName.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new InvalidRequest(
                    "--password-env: expected the name of an environment variable, never the password");
        }
        String password = System.getenv(passwordName);
        if (password == null || password.isEmpty()) {
            throw new InvalidRequest(
                    "the environment variable %s is not set. It holds the password of role %s (any text if the server asks for none): export %s=…, or name another with --password-env"
                            .formatted(passwordName, user, passwordName));
        }
        return new Secret(password);
    }

    /// The configuration's own reader judges the address before anybody connects to it.
    private void checkAddress() {
        Proposal any = new Proposal(
                new TableName("any", "table"),
                java.util.Optional.of(Strategy.WHOLESALE),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.Map.of(),
                List.of(),
                List.of(),
                List.of());
        try {
            SluiceConfig unused = parsed(yaml(List.of(any)));
        } catch (InvalidRequest mistake) {
            String words = String.valueOf(mistake.getMessage());
            throw new InvalidRequest(
                    words.contains("source.user")
                            ? "--user: expected the role that reads"
                            : "--source: expected jdbc:postgresql://host:port/database, without user and password; these have --user and --password-env",
                    mistake);
        }
    }

    private boolean wanted(TableName table) {
        return (schemas.isEmpty() || schemas.contains(table.schema()))
                && (select.isEmpty() || select.stream().anyMatch(word -> matches(word, table)));
    }

    /// As `--select` of the other commands.
    private static boolean matches(String word, TableName table) {
        String pattern =
                List.of(word.split("\\*", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(table.toString())
                .matches();
    }

    private String yaml(List<Proposal> proposals) {
        return ConfigText.of(
                new ConfigText.Places(
                        url,
                        user,
                        passwordName,
                        "file:./.sluice/lake",
                        switch (warehouse) {
                            case DUCKDB -> "type: duckdb, path: \"./.sluice/warehouse.duckdb\"";
                        },
                        LocalDate.now(ZoneOffset.UTC).toString()),
                proposals);
    }

    private SluiceConfig parsed(String yaml) {
        return SluiceConfig.parse(yaml, file.toString(), Path.of(""), System::getenv);
    }

    /// What is written must be what every other command takes.
    private void check(String yaml, Source source) {
        if (yaml.getBytes(StandardCharsets.UTF_8).length > LARGEST_FILE) {
            throw new InvalidRequest(
                    "a file for all these tables would be larger than 1 MiB; choose some with --schema or --select");
        }
        try {
            List<?> unused = parsed(yaml).tables(source.tables(), source::describe);
        } catch (InvalidRequest e) {
            throw new IllegalStateException("the proposal is refused: " + e.getMessage() + "\n" + yaml, e);
        }
    }

    private void write(String yaml) {
        Path parent = file.toAbsolutePath().getParent();
        try {
            if (force && parent != null) {
                Path half = Files.createTempFile(parent, ".sluice-init-", ".yaml");
                Files.writeString(half, yaml);
                Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.writeString(file, yaml, StandardOpenOption.CREATE_NEW);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists();
        } catch (IOException e) {
            throw new InvalidRequest("cannot write %s: %s".formatted(file, e), e);
        }
    }

    private void report(PrintWriter to, List<Proposal> proposals) {
        List<String> parts = new ArrayList<>();
        for (Strategy strategy : Strategy.values()) {
            long count = proposals.stream()
                    .filter(p -> p.strategy().filter(strategy::equals).isPresent())
                    .count();
            if (count > 0) {
                parts.add("%d %s".formatted(count, strategy.word()));
            }
        }
        List<Proposal> out = proposals.stream().filter(Proposal::leftOut).toList();
        String what = file.toString().equals(STANDARD_OUTPUT) ? "Proposed" : "Wrote " + file;
        to.printf(
                Locale.ROOT,
                "%s: %s%s.%n",
                what,
                String.join(", ", parts),
                out.isEmpty() ? "" : "; %d left out".formatted(out.size()));
        out.forEach(p -> to.println(leftOut(p)));
        String with =
                file.equals(Path.of("sluice.yaml")) || file.toString().equals(STANDARD_OUTPUT) ? "" : " -c " + file;
        to.printf(
                "Read it, then:%n  export %s=…%n  sluice doctor%s    # is everything there that a sync needs?%n"
                        + "  sluice plan%s      # what would move, and why%n  sluice sync%s%n",
                passwordName, with, with, with);
        to.flush();
    }

    private static String leftOut(Proposal proposal) {
        return "  %s: %s%s"
                .formatted(
                        proposal.table(),
                        String.join("; ", proposal.because()),
                        proposal.toDo().isEmpty() ? "" : " → " + String.join(" ", proposal.toDo()));
    }
}
