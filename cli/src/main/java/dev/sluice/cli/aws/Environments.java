package dev.sluice.cli.aws;

import dev.sluice.model.InvalidRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/// `environments.yaml`, read and checked. docs/environments.md explains every key.
public final class Environments {
    /// The name of the file, beside `sluice.yaml`.
    public static final String FILE = "environments.yaml";

    private static final List<String> KEYS =
            List.of("outputs", "state_machine", "region", "lake", "lake_endpoint", "endpoint", "profile");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern STATE_MACHINE =
            Pattern.compile("arn:aws[a-z-]*:states:([a-z0-9-]+):\\d{12}:stateMachine:[A-Za-z0-9_-]{1,80}");
    private static final Pattern LAKE = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^?#]*?))?/?");

    private final Path file;
    private final List<String> problems = new ArrayList<>();

    private Environments(Path file) {
        this.file = file;
    }

    /// What an environment says under a key, and where.
    private record Said(String text, String place) {}

    /// @param file need not exist
    /// @throws InvalidRequest with every problem of the environment, each on a line of its own
    public static Environment find(Path file, String name) {
        return new Environments(file).find(name);
    }

    private Environment find(String name) {
        Map<String, Node> environments = environments();
        Node found = environments.get(name);
        if (found == null) {
            throw new InvalidRequest("--env %s: %s has no environment of that name; it has %s"
                    .formatted(name, file, environments.isEmpty() ? "none" : String.join(", ", environments.keySet())));
        }
        Map<String, Said> said = keys(name, found);
        throwIfAny();
        Environment environment = environment(name, said, place(found.getStartMark()));
        throwIfAny();
        return environment;
    }

    private Map<String, Node> environments() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try {
            Node root = new Yaml(options).compose(Files.newBufferedReader(file));
            Map<String, Node> environments = new LinkedHashMap<>();
            if (root != null) {
                for (NodeTuple entry : mapping(root, "a list of environments, each `name:` with its keys below")) {
                    String name = scalar(entry.getKeyNode());
                    if (!NAME.matcher(name).matches()) {
                        problem(entry.getKeyNode(), "'" + name + "' is no name", "letters, digits, - and _");
                    }
                    environments.put(name, entry.getValueNode());
                }
            }
            throwIfAny();
            return environments;
        } catch (NoSuchFileException e) {
            throw new InvalidRequest(
                    "%s does not exist; it says where the environments are, see docs/environments.md".formatted(file),
                    e);
        } catch (MarkedYAMLException e) {
            throw new InvalidRequest("%s: not YAML: %s".formatted(place(e.getProblemMark()), e.getProblem()), e);
        } catch (CharacterCodingException e) {
            throw new InvalidRequest(file + ": not UTF-8; save it in that encoding", e);
        } catch (YAMLException | IOException e) {
            throw new InvalidRequest(file + ": cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private Map<String, Said> keys(String name, Node environment) {
        Map<String, Said> said = new LinkedHashMap<>();
        for (NodeTuple entry : mapping(environment, "keys of the environment: " + String.join(", ", KEYS))) {
            String key = scalar(entry.getKeyNode());
            String path = name + "." + key;
            if (!KEYS.contains(key)) {
                problem(entry.getKeyNode(), "unknown key " + path, String.join(", ", KEYS));
            } else if (!(entry.getValueNode() instanceof ScalarNode value)
                    || value.getValue().isBlank()) {
                problem(entry.getValueNode(), path + " is no text", "a text");
            } else {
                said.put(key, new Said(value.getValue(), place(value.getStartMark()) + ": " + path));
            }
        }
        return said;
    }

    private Environment environment(String name, Map<String, Said> written, String place) {
        Map<String, Said> said = new LinkedHashMap<>();
        Said outputs = written.get("outputs");
        if (outputs != null) {
            said.putAll(outputs(outputs));
        }
        said.putAll(written);
        Matcher machine = match(said, "state_machine", STATE_MACHINE, place, name, "the ARN of a state machine");
        Matcher lake = match(said, "lake", LAKE, place, name, "s3://bucket/prefix");
        Said region = said.get("region");
        return new Environment(
                name,
                machine.matches() ? machine.group() : "",
                region == null ? machine.matches() ? machine.group(1) : "" : region.text(),
                lake.matches() ? lake.group(1) : "",
                Optional.ofNullable(lake.matches() ? lake.group(2) : "").orElse(""),
                address(said.get("lake_endpoint")),
                address(said.get("endpoint")),
                Optional.ofNullable(said.get("profile")).map(Said::text));
    }

    private Map<String, Said> outputs(Said outputs) {
        Path path = file.toAbsolutePath().resolveSibling(outputs.text());
        Map<String, Said> said = new LinkedHashMap<>();
        Map<String, String> values = TerraformOutputs.read(path, outputs.place());
        Map.of("state_machine", "state_machine_arn", "region", "region", "lake", "lake_url")
                .forEach((key, output) -> {
                    String value = values.get(output);
                    if (value != null) {
                        said.put(key, new Said(value, path + ": " + output));
                    }
                });
        return said;
    }

    private Matcher match(
            Map<String, Said> said, String key, Pattern pattern, String place, String name, String expected) {
        Said given = said.get(key);
        if (given == null) {
            problems.add("%s: %s has no %s; expected %s, here or in `outputs`".formatted(place, name, key, expected));
            return pattern.matcher("");
        }
        Matcher matcher = pattern.matcher(given.text());
        if (!matcher.matches()) {
            problems.add("%s: found '%s'; expected %s".formatted(given.place(), given.text(), expected));
        }
        return matcher;
    }

    private Optional<URI> address(@org.jspecify.annotations.Nullable Said said) {
        if (said == null) {
            return Optional.empty();
        }
        if (!said.text().matches("https?://[^/@?#\\s]+/?")) {
            problems.add(said.place() + ": found another address; expected https://host:port or http://host:port");
            return Optional.empty();
        }
        return Optional.of(URI.create(said.text()));
    }

    private List<NodeTuple> mapping(Node node, String expected) {
        if (node instanceof MappingNode mapping) {
            return mapping.getValue();
        }
        problem(node, "no keys", expected);
        return List.of();
    }

    private String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private void problem(Node node, String found, String expected) {
        problems.add("%s: found %s; expected %s".formatted(place(node.getStartMark()), found, expected));
    }

    private String place(@org.jspecify.annotations.Nullable Mark mark) {
        return mark == null ? file.toString() : file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }

    private void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new InvalidRequest(String.join("\n", problems));
        }
    }
}
