package dev.sluice.config;

import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/// `sluice.yaml`, read and checked. docs/config.md explains every key.
///
/// @param source where tables are read from; a configuration of dropped files alone need have none
/// @param tables the entries under `tables:` in the order of the file; wildcards not yet settled
/// @param drops  the entries under `drops:` in the order of the file
public record SluiceConfig(
        Optional<SourceConfig> source,
        LakeConfig lake,
        WarehouseConfig warehouse,
        List<GroupConfig> groups,
        List<TableEntry> tables,
        List<Feed> drops) {
    private static final String SCHEMA = "sluice.schema.json";

    public SluiceConfig {
        groups = List.copyOf(groups);
        tables = List.copyOf(tables);
        drops = List.copyOf(drops);
    }

    /// Reads a file. Relative paths in it are relative to its directory.
    ///
    /// @param environment what `${env:NAME}` stands for; null for a variable that is not set
    /// @throws InvalidRequest with every problem on a line of its own, `FILE:LINE:COLUMN: key: found …;
    ///                        expected …`
    public static SluiceConfig load(Path file, UnaryOperator<@Nullable String> environment) {
        return load(file, Surroundings.oneProcess(environment));
    }

    /// As [#load(Path, UnaryOperator)], wherever it runs.
    public static SluiceConfig load(Path file, Surroundings surroundings) {
        Path directory =
                Objects.requireNonNullElse(file.toAbsolutePath().normalize().getParent(), file);
        return parse(content(file), file.toString(), directory, surroundings);
    }

    /// As [#load], from a text.
    ///
    /// @param name          what messages call the text
    /// @param baseDirectory what relative paths are relative to
    public static SluiceConfig parse(
            String yaml, String name, Path baseDirectory, UnaryOperator<@Nullable String> environment) {
        return parse(yaml, name, baseDirectory, Surroundings.oneProcess(environment));
    }

    /// As [#parse(String, String, Path, UnaryOperator)], wherever it runs.
    public static SluiceConfig parse(String yaml, String name, Path baseDirectory, Surroundings surroundings) {
        Reading reading = new Reading(name, surroundings);
        Node root = YamlText.compose(yaml, reading)
                .orElseThrow(() -> new InvalidRequest(new Position(name, 1, 1)
                        + ": found an empty file; expected version, source, lake, warehouse and tables"));
        return new ConfigReader(reading, baseDirectory).read(root);
    }

    /// @throws InvalidRequest there is none, because the configuration has only files under `drops:`
    public SourceConfig requiredSource() {
        return source.orElseThrow(this::noSource);
    }

    /// What somebody is told who wants to do with tables what takes a source.
    public InvalidRequest noSource() {
        return new InvalidRequest("the configuration has no source and no tables, only drops; sluice receive loads"
                + " those, and docs/config.md says how tables are kept in step");
    }

    /// The tables that are kept in step: wildcards settled, skipped tables left out, in the order of
    /// first mention.
    ///
    /// @param existing the tables of the source
    /// @throws InvalidRequest with every problem: a table that the source lacks, a wildcard that matches
    ///                        nothing, two tables with one target
    public List<TableSync> tables(Collection<TableName> existing) {
        return TableList.settle(tables, existing, none -> List.of());
    }

    /// As [#tables(Collection)], and checks the columns that the entries name.
    ///
    /// @param describe the source's catalogue for these tables
    public List<TableSync> tables(
            Collection<TableName> existing, Function<Collection<TableName>, List<SourceTable>> describe) {
        return TableList.settle(tables, existing, describe);
    }

    /// As [#tables(Collection, Function)], without those that are of no or of another group.
    ///
    /// @throws InvalidRequest there is no such group, or no table in it
    public List<TableSync> tables(
            Collection<TableName> existing,
            Function<Collection<TableName>, List<SourceTable>> describe,
            Optional<String> group) {
        group.ifPresent(this::checkGroup);
        return TableList.settle(tables, existing, describe, group);
    }

    private void checkGroup(String group) {
        List<String> names = groups.stream().map(GroupConfig::name).toList();
        if (!names.contains(group)) {
            throw new InvalidRequest("group: the configuration has no group '%s'; %s"
                    .formatted(group, names.isEmpty() ? "it has none" : "it has " + String.join(", ", names)));
        }
    }

    /// How old each table may be, by target: those that an entry names, and those of the given ones that a
    /// wildcard matches.
    ///
    /// @param targets tables that were synced at some time
    public Map<TableName, Duration> freshWithin(Collection<TableName> targets) {
        return TableList.freshWithin(tables, targets);
    }

    /// The tables that can be told without asking the source: those that are named, and the given one if a
    /// wildcard matches it.
    ///
    /// @param table name of a source, or of a target that an entry names
    public List<TableSync> tablesUnseen(String table) {
        return TableList.settleUnseen(tables, table);
    }

    /// Schemas of the targets, as far as they can be told without asking the source; `bronze` if none can.
    public List<String> targetSchemas() {
        Stream<String> ofTables = tables.stream()
                .filter(entry -> !entry.skips())
                .flatMap(entry -> entry
                        .target()
                        .map(TableName::schema)
                        .or(() -> Optional.of(entry.pattern().schema())
                                .filter(part -> !part.wildcard())
                                .map(TablePattern.Part::text))
                        .stream());
        Stream<String> ofDrops = drops.stream().map(feed -> feed.target().schema());
        List<String> schemas = Stream.concat(ofTables, ofDrops).distinct().toList();
        return schemas.isEmpty() ? List.of("bronze") : schemas;
    }

    /// The JSON Schema (draft 2020-12) of the file, for editors.
    public static String schema() {
        try (InputStream resource = SluiceConfig.class.getResourceAsStream(SCHEMA)) {
            return new String(Objects.requireNonNull(resource, SCHEMA).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(SCHEMA, e);
        }
    }

    private static String content(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(YamlText.MAX_SIZE + 1);
            if (bytes.length > YamlText.MAX_SIZE) {
                throw new InvalidRequest(YamlText.tooLarge(file.toString()));
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new InvalidRequest(
                    file + ": no such file; docs/config.md says what it holds, `-c FILE` names another", e);
        } catch (CharacterCodingException e) {
            throw new InvalidRequest(file + ": not UTF-8; save it in that encoding", e);
        } catch (IOException e) {
            throw new InvalidRequest(
                    file + ": cannot be read as a file: " + e.getClass().getSimpleName(), e);
        }
    }
}
