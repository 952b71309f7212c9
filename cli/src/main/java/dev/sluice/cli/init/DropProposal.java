package dev.sluice.cli.init;

import dev.sluice.adapter.duckdb.ParquetSample;
import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.text.Observed;
import dev.sluice.drop.text.RefusedFile;
import dev.sluice.drop.text.Sampler;
import dev.sluice.drop.text.Sampler.Sample;
import dev.sluice.model.FileFormat;
import dev.sluice.model.InvalidRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An entry under `drops:`, proposed from files of one feed.
public final class DropProposal {
    private static final Pattern DAY = Pattern.compile("[12][0-9]{3}-[01][0-9]-[0-3][0-9]");
    private static final Pattern COMPACT_DAY = Pattern.compile("(?<![0-9])[12][0-9]{3}[01][0-9][0-3][0-9](?![0-9])");
    private static final Pattern DROPS_LINE = Pattern.compile("(?m)^drops:[ \\t]*(#.*)?$");

    /// A feed as its files look.
    private record Feed(String format, Map<String, Observed.Proposal> columns, List<String> unique, String seen) {}

    private DropProposal() {}

    /// @param files at least one
    /// @return lines indented as an entry under `drops:`
    /// @throws InvalidRequest nothing can be told from a file
    public static String of(List<Path> files) {
        Feed feed = feed(files);
        String match = match(files.getFirst());
        StringBuilder entry = new StringBuilder();
        entry.append("  %s:\n".formatted(name(files.getFirst())));
        entry.append(
                "    # Proposed by sluice init --drop from %s; docs/config.md has every key.\n".formatted(feed.seen()));
        entry.append("    match: %s # told from the name of the first file; the key in the lake counts\n"
                .formatted(quoted(match)));
        entry.append("    format: %s\n".formatted(feed.format()));
        entry.append("    columns:\n");
        feed.columns()
                .forEach((name, column) -> entry.append(
                        "      %s: %s # %s\n".formatted(quoted(name), type(column.type()), column.reason())));
        if (match.contains("{date:")) {
            entry.append("      # the day in the key as a column: day: { part: date, type: date }\n");
        }
        entry.append("    mode: append\n");
        feed.unique().stream()
                .findFirst()
                .ifPresent(key -> entry.append(
                        "    # %s has a value of its own in every row that was looked at. If later files bring rows again: mode: upsert, key: [%s], order_by: …\n"
                                .formatted(quoted(key), quoted(key))));
        entry.append("    on_new_column: refuse\n");
        entry.append("    bad_rows: { allow: 0, action: quarantine } # such as 0.1 %\n");
        String yaml = entry.toString();
        check("""
                version: 1
                source: { url: "jdbc:postgresql://h/d", user: u, password: "${env:P}" }
                lake: { url: "file:lake" }
                warehouse: { type: duckdb, path: w.duckdb }
                drops:
                """ + yaml);
        return yaml;
    }

    private static Feed feed(List<Path> files) {
        Sampler sampler = new Sampler();
        Map<String, Observed.Proposal> parquet = new LinkedHashMap<>();
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                throw new InvalidRequest("%s is a directory; name the files in it".formatted(file));
            }
            try {
                if (isParquet(file)) {
                    ParquetSample.columns(file)
                            .forEach((name, type) ->
                                    parquet.putIfAbsent(name, new Observed.Proposal(type, "as the file says")));
                } else if (parquet.isEmpty()) {
                    sampler.add(file);
                } else {
                    throw new RefusedFile("the file is no Parquet as those before it; give files of one feed");
                }
            } catch (RefusedFile e) {
                throw new InvalidRequest("%s: %s".formatted(file, e.why()), e);
            } catch (NoSuchFileException e) {
                throw new InvalidRequest("%s: no such file".formatted(file), e);
            } catch (IOException e) {
                throw new InvalidRequest(
                        "%s: cannot be read: %s".formatted(file, e.getClass().getSimpleName()), e);
            }
        }
        String count = files.size() == 1 ? "one file" : files.size() + " files";
        if (!parquet.isEmpty()) {
            return new Feed("parquet", parquet, List.of(), count);
        }
        Sample sample = sampler.sample();
        if (sample.columns().isEmpty()) {
            throw new InvalidRequest("%s: no column is found in it".formatted(files.getFirst()));
        }
        Map<String, Observed.Proposal> columns = new LinkedHashMap<>();
        List<String> unique = new ArrayList<>();
        for (Observed column : sample.columns()) {
            columns.put(column.name(), column.proposal());
            if (column.isUnique()) {
                unique.add(column.name());
            }
        }
        return new Feed(format(sample.format()), columns, unique, "%s, %d rows".formatted(count, sample.rows()));
    }

    private static boolean isParquet(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(4), StandardCharsets.ISO_8859_1).equals("PAR1");
        }
    }

    private static String format(FileFormat format) {
        if (!(format instanceof FileFormat.Csv csv)) {
            return format instanceof FileFormat.JsonLines ? "jsonl" : "parquet";
        }
        List<String> keys = new ArrayList<>();
        if (csv.delimiter() != ',') {
            keys.add("delimiter: " + (csv.delimiter() == '\t' ? "tab" : quoted(String.valueOf(csv.delimiter()))));
        }
        if (!csv.header()) {
            keys.add("header: false");
        }
        if (!csv.encoding().equals("UTF-8")) {
            keys.add("encoding: " + csv.encoding());
        }
        if (!csv.nullText().isEmpty()) {
            keys.add("null_text: " + quoted(csv.nullText()));
        }
        return keys.isEmpty() ? "csv" : "{ type: csv, %s }".formatted(String.join(", ", keys));
    }

    /// The key that the first file would have: from a directory `drops` on, days as named parts.
    private static String match(Path file) {
        String path = file.normalize().toString().replace('\\', '/');
        int drops = ("/" + path).lastIndexOf("/drops/");
        String key = drops >= 0 ? path.substring(drops) : "drops/" + name(file) + "/" + file.getFileName();
        String folder = key.substring(0, key.lastIndexOf('/') + 1).replaceAll("[*?\\[\\]{}\\\\]", "_");
        String dated = first(DAY, folder, "{date:yyyy-MM-dd}")
                .or(() -> first(COMPACT_DAY, folder, "{date:yyyyMMdd}"))
                .orElse(folder);
        String last = key.substring(key.lastIndexOf('/') + 1);
        Matcher extension = Pattern.compile("(\\.[A-Za-z][A-Za-z0-9]*)+$").matcher(last);
        return dated + "*" + (extension.find() ? extension.group() : "");
    }

    private static Optional<String> first(Pattern pattern, String text, String with) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.replaceFirst(Matcher.quoteReplacement(with))) : Optional.empty();
    }

    /// A name for the feed: that of the file without days, numbers and endings.
    private static String name(Path file) {
        String base = String.valueOf(file.getFileName())
                .replaceFirst("\\..*$", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z_]+", "_")
                .replaceAll("_+", "_")
                .replaceAll("^_|_$", "");
        return base.isEmpty() ? "feed" : base.substring(0, Math.min(base.length(), 60));
    }

    private static String type(String type) {
        return type.contains("(") ? quoted(type) : type;
    }

    private static String quoted(String text) {
        return ConfigText.scalar(text.replace("${", "$${"));
    }

    /// Adds the entry to a configuration, under its `drops:` if it has one.
    ///
    /// @throws InvalidRequest there is no such file, or with the entry it would be refused
    public static void append(String entry, Path file) {
        try {
            String yaml = Files.readString(file);
            Matcher drops = DROPS_LINE.matcher(yaml);
            String more;
            if (drops.find()) {
                more = yaml.substring(0, drops.end()) + "\n" + entry
                        + yaml.substring(drops.end()).replaceFirst("^\\R", "");
            } else {
                more = yaml + (yaml.endsWith("\n") ? "" : "\n") + "drops:\n" + entry;
            }
            check(more);
            Path half = Files.createTempFile(
                    Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow(), ".sluice-init-", ".yaml");
            Files.writeString(half, more);
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            throw new InvalidRequest("%s: no such file; without --append the entry is printed".formatted(file), e);
        } catch (IOException e) {
            throw new InvalidRequest(
                    "cannot write %s: %s".formatted(file, e.getClass().getSimpleName()), e);
        }
    }

    /// What is proposed must be what every other command takes.
    private static void check(String yaml) {
        try {
            SluiceConfig unused = SluiceConfig.parse(yaml, "with the entry", Path.of(""), name -> "x");
        } catch (InvalidRequest e) {
            throw new InvalidRequest("the proposal would be refused; write the entry by hand:\n" + e.getMessage(), e);
        }
    }
}
