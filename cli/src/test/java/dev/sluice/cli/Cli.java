package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The command line as its user sees it, with the configuration of a [Bed] in `sluice.yaml`.
///
/// The password comes from `PATH`, a variable that every environment has: the servers of the tests ask
/// for none.
final class Cli {
    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Bed bed;
    private final List<String[]> replacements = new ArrayList<>();

    private Cli(Bed bed) {
        this.bed = bed;
    }

    static Cli of(Bed bed) {
        return new Cli(bed).replacing("${env:PASSWORD}", "${env:PATH}");
    }

    /// Writes something else into the configuration from now on.
    Cli replacing(String what, String with) {
        replacements.add(new String[] {what, with});
        return this;
    }

    /// What a command ended in. Its assertions return it, to be chained.
    record Outcome(int code, String out, String err) {
        Outcome exits(int expected) {
            assertThat(code).as("exit code with%n%s%n%s", out, err).isEqualTo(expected);
            assertThat(out + err).as("the password").doesNotContain(password());
            return this;
        }

        Outcome says(String... texts) {
            assertThat(out + "\n" + err).contains(texts);
            return this;
        }

        Outcome doesNotSay(String... texts) {
            assertThat(out + "\n" + err).doesNotContain(texts);
            return this;
        }

        /// Standard output, which must be one JSON document and nothing else.
        JsonNode json() {
            try {
                return STRICT.readTree(out);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not one JSON document: " + out, e);
            }
        }
    }

    /// What the tests give as password.
    static String password() {
        return Objects.requireNonNull(System.getenv("PATH"));
    }

    /// Runs `sluice VERB -c sluice.yaml ARGUMENTS…`.
    Outcome run(String verb, String... arguments) {
        String yaml = bed.yaml();
        for (String[] replacement : replacements) {
            assertThat(yaml).contains(replacement[0]);
            yaml = yaml.replace(replacement[0], replacement[1]);
        }
        Path file = bed.directory().resolve("sluice.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> all = new ArrayList<>(List.of(verb, "-c", file.toString()));
        all.addAll(List.of(arguments));
        return bare(all.toArray(String[]::new));
    }

    /// Runs `sluice ARGUMENTS…`.
    static Outcome bare(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Sluice.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    /// All rows of the target, `absent` where there is none, and of the ledger in one text.
    static String holdings(Bed bed, String target) {
        if (!bed.hasWarehouse()) {
            return "absent under ";
        }
        List<String> tables = bed.query("SELECT table_schema || '.' || table_name FROM information_schema.tables");
        return (tables.contains(target) ? rows(bed, target) : "absent")
                + " under "
                + (tables.contains("sluice.slice_log") ? rows(bed, "sluice.slice_log") : "");
    }

    private static String rows(Bed bed, String table) {
        return String.join("\n", bed.query("SELECT t::VARCHAR FROM " + Bed.quoted(table) + " t ORDER BY 1"));
    }
}
