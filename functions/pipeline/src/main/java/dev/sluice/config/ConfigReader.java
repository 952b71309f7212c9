package dev.sluice.config;

import dev.sluice.model.Feed;
import dev.sluice.model.TableName;
import dev.sluice.model.WarehouseRecheck;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/// Reads the node graph of one file, section by section, and collects every problem.
final class ConfigReader {
    private static final String TABLES_EXPECTED = "at least one table, such as public.store: {strategy: wholesale}";

    private static final String GROUPS_EXPECTED = "a mapping such as nightly: {schedule: \"cron(0 3 * * ? *)\"}";

    private final Reading reading;
    private final Path base;

    /// @param base what relative paths are relative to
    ConfigReader(Reading reading, Path base) {
        this.reading = reading;
        this.base = base;
    }

    /// @throws dev.sluice.model.InvalidRequest with every problem
    SluiceConfig read(Node root) {
        Position start = new Position(reading.file(), 1, 1);
        Section top = Section.open(Value.root(root, reading.with(groupNames(root))), start, Keys.TOP);
        top.required("version", "1").ifPresent(version -> version.wholeNumber(1, 1));
        boolean onlyDrops = top.has("drops") && !top.has("tables");
        String sourceExpected = "a mapping: where to read from";
        Optional<SourceConfig> source = (onlyDrops ? top.value("source") : top.required("source", sourceExpected))
                .flatMap(value -> source(top.section("source", Keys.SOURCE)));
        Optional<LakeConfig> lake = top.required("lake", "a mapping: where objects are kept")
                .flatMap(value -> lake(top.section("lake", Keys.LAKE)));
        Optional<WarehouseConfig> warehouse = top.required("warehouse", "a mapping: where tables are kept in step")
                .flatMap(value -> new WarehouseReader(top.section("warehouse", Keys.WAREHOUSE), base, lake).read());
        List<GroupConfig> groups = top.value("groups").map(ConfigReader::groups).orElse(List.of());
        boolean noDefaults = top.value("defaults").map(Value::isNothing).orElse(true);
        Section defaults = noDefaults
                ? Section.empty(Keys.DEFAULTS, "defaults", start, reading)
                : top.section("defaults", Keys.DEFAULTS);
        TableReader.check(defaults, Keys.DEFAULTS);
        Optional<Value> tablesValue = top.has("drops") ? top.value("tables") : top.required("tables", TABLES_EXPECTED);
        List<TableEntry> tables = tablesValue
                .map(value -> tables(value, defaults, common(warehouse)))
                .orElse(List.of());
        List<Feed> drops = top.value("drops").map(value -> drops(value, tables)).orElse(List.of());
        reading.problems().throwIfAny();
        return new SluiceConfig(source, lake.orElseThrow(), warehouse.orElseThrow(), groups, tables, drops);
    }

    private static Optional<SourceConfig> source(Section section) {
        Optional<String> url =
                section.required("url", Addresses.SOURCE_EXPECTED).flatMap(Addresses::source);
        String userExpected = "the role that reads";
        Optional<String> user = section.required("user", userExpected).flatMap(value -> value.text(userExpected));
        Optional<Secret> password = section.required("password", "a reference such as `${env:SLUICE_SOURCE_PASSWORD}`")
                .flatMap(Value::secret);
        int connections = section.value("max_connections")
                .flatMap(value -> TableKeys.upTo(1, SourceConfig.GREATEST_MAX_CONNECTIONS, value))
                .orElse(SourceConfig.DEFAULT_MAX_CONNECTIONS);
        return url.isPresent() && user.isPresent() && password.isPresent()
                ? Optional.of(new SourceConfig(url.get(), user.get(), password.get(), connections))
                : Optional.empty();
    }

    private Optional<LakeConfig> lake(Section section) {
        Duration keep = section.value("keep").flatMap(TableKeys::duration).orElse(LakeConfig.DEFAULT_KEEP);
        Optional<String> region = section.value("region").flatMap(Addresses::region);
        Optional<URI> endpoint = section.value("endpoint").flatMap(Addresses::endpoint);
        Optional<Value> value = section.required("url", Addresses.LAKE_EXPECTED);
        Optional<String> url = value.flatMap(v -> v.text(Addresses.LAKE_EXPECTED));
        if (value.isEmpty() || url.isEmpty()) {
            return Optional.empty();
        }
        if (url.get().startsWith("s3:")) {
            return Addresses.bucket(value.get(), url.get())
                    .map(bucket -> new LakeConfig.S3(bucket.name(), bucket.prefix(), region, endpoint, keep));
        }
        if (!url.get().startsWith("file:")) {
            return value.get().refuse("another address", Addresses.LAKE_EXPECTED);
        }
        for (String key : List.of("region", "endpoint")) {
            if (section.has(key)) {
                section.refuse(key, "`%s` belongs to a lake on s3://; this one is a directory".formatted(key));
            }
        }
        return Addresses.file(value.get(), url.get(), base).map(path -> new LakeConfig.File(path, keep));
    }

    /// A DuckDB file costs nothing to open, so its rows are counted on every run; Snowflake would be woken.
    private TableReader.Common common(Optional<WarehouseConfig> warehouse) {
        WarehouseRecheck recheck = warehouse
                .map(known -> switch (known) {
                    case WarehouseConfig.DuckDb duckDb -> WarehouseRecheck.ALWAYS;
                    case WarehouseConfig.Snowflake snowflake -> WarehouseRecheck.DAILY;
                })
                .orElse(WarehouseRecheck.ALWAYS);
        return new TableReader.Common(recheck, reading.surroundings().consistency());
    }

    private static List<GroupConfig> groups(Value value) {
        List<GroupConfig> groups = new ArrayList<>();
        for (Value.Entry entry : value.entries(GROUPS_EXPECTED).orElse(List.of())) {
            GroupConfig.read(entry).ifPresent(groups::add);
        }
        return groups;
    }

    /// What tables may name as their group, whether the group itself is right or not.
    private static List<String> groupNames(Node root) {
        List<String> names = new ArrayList<>();
        for (NodeTuple section : tuples(root)) {
            if (section.getKeyNode() instanceof ScalarNode key && key.getValue().equals("groups")) {
                for (NodeTuple group : tuples(section.getValueNode())) {
                    if (group.getKeyNode() instanceof ScalarNode name) {
                        names.add(name.getValue());
                    }
                }
            }
        }
        return names;
    }

    private static List<NodeTuple> tuples(Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    private List<TableEntry> tables(Value value, Section defaults, TableReader.Common common) {
        List<Value.Entry> entries = value.entries(TABLES_EXPECTED).orElse(List.of());
        if (entries.isEmpty() && value.node() instanceof MappingNode) {
            value.problem("found no table; expected " + TABLES_EXPECTED);
        }
        Map<TablePattern, TableEntry> tables = new LinkedHashMap<>();
        for (Value.Entry entry : entries) {
            Optional<TablePattern> pattern = pattern(entry);
            Optional<TableEntry> table = table(entry, pattern, defaults, common);
            if (pattern.isEmpty() || table.isEmpty()) {
                continue;
            }
            TableEntry first = tables.putIfAbsent(pattern.get(), table.get());
            if (first != null) {
                reading.problems()
                        .add(
                                entry.keyAt(),
                                entry.value().path(),
                                "names a table that line %s names already"
                                        .formatted(first.at().line()));
            }
        }
        List<TableEntry> list = new ArrayList<>(tables.values());
        TableList.checkTargets(
                list.stream()
                        .filter(entry -> !entry.skips())
                        .flatMap(entry -> entry.pattern().exact().map(name -> new TableList.Kept(name, entry)).stream())
                        .toList(),
                reading.problems());
        return list;
    }

    private List<Feed> drops(Value value, List<TableEntry> tables) {
        List<Feed> feeds = new ArrayList<>();
        Map<String, String> owners = new HashMap<>();
        for (TableEntry table : tables) {
            table.target()
                    .or(() -> table.pattern().exact())
                    .filter(name -> !table.skips())
                    .ifPresent(name -> owners.put(lower(name), table.path()));
        }
        for (Value.Entry entry : value.entries(FeedReader.EXPECTED).orElse(List.of())) {
            FeedReader.read(entry).ifPresent(feed -> {
                checkAlone(entry, feed, feeds, owners);
                feeds.add(feed);
            });
        }
        return feeds;
    }

    private static void checkAlone(Value.Entry entry, Feed feed, List<Feed> before, Map<String, String> owners) {
        String path = "drops." + feed.name();
        if (TableKeys.isOurs(feed.target())) {
            entry.value()
                    .problem("has a target in schema %s, which holds the ledger; expected another target"
                            .formatted(TableKeys.lower(feed.target().schema())));
        }
        String owner = owners.putIfAbsent(lower(feed.target()), path);
        if (owner != null) {
            entry.value()
                    .problem("has the target %s, as %s has; expected another target"
                            .formatted(Words.quoted(feed.target().toString()), owner));
        }
        before.stream()
                .filter(other -> other.match().equals(feed.match()))
                .findFirst()
                .ifPresent(other -> entry.value()
                        .problem("matches the same files as drops.%s; a file belongs to one feed"
                                .formatted(other.name())));
    }

    private static String lower(TableName name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private Optional<TablePattern> pattern(Value.Entry entry) {
        Optional<TablePattern> pattern =
                References.isIn(entry.key()) ? Optional.empty() : TablePattern.parse(entry.key());
        if (pattern.isEmpty()) {
            String found = References.isIn(entry.key())
                    ? "a reference in a key, where none is replaced"
                    : Words.quoted(entry.key());
            reading.problems()
                    .add(
                            entry.keyAt(),
                            entry.value().path(),
                            "found %s; expected %s".formatted(found, TablePattern.EXPECTED));
        }
        return pattern;
    }

    private Optional<TableEntry> table(
            Value.Entry entry, Optional<TablePattern> pattern, Section defaults, TableReader.Common common) {
        Section own = entry.value().isNothing()
                ? Section.empty(Keys.TABLE, entry.value().path(), entry.keyAt(), reading)
                : Section.open(entry.value(), entry.keyAt(), Keys.TABLE);
        boolean skip = own.value("skip").flatMap(Value::flag).orElse(false);
        Optional<TableName> target = own.value("target").flatMap(TableKeys::target);
        if (pattern.isPresent() && pattern.get().exact().isEmpty() && own.has("target")) {
            own.refuse("target", "`target` belongs to one table; a wildcard stands for many");
        }
        if (skip) {
            TableReader.check(own, Keys.TABLE);
            return pattern.map(known -> new TableEntry(entry.keyAt(), known, Optional.empty(), target));
        }
        Optional<TableSettings> settings = new TableReader(own, defaults, common).settings();
        return pattern.isPresent() && settings.isPresent()
                ? Optional.of(new TableEntry(entry.keyAt(), pattern.get(), settings, target))
                : Optional.empty();
    }
}
