package dev.sluice.config;

import dev.sluice.model.InvalidRequest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/// Text → node graph. Nothing is constructed from the text, and no message quotes it: it may hold a
/// secret.
final class YamlText {
    /// More is not a configuration but a mistake; bytes in a file, characters in a text.
    static final int MAX_SIZE = 1 << 20;

    private static final int MAX_DEPTH = 20;
    private static final int MAX_ALIASES = 50;

    private YamlText() {}

    /// @return empty for a text without content
    /// @throws InvalidRequest not YAML, with line and column
    static Optional<Node> compose(String yaml, Reading reading) {
        String file = reading.file();
        if (yaml.length() > MAX_SIZE) {
            throw new InvalidRequest(tooLarge(file));
        }
        checkPrintable(yaml, file);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_SIZE);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        try {
            StreamReader reader = new StreamReader(yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml);
            Node root = new Composer(new ParserImpl(reader, options), new CoreResolver(), options).getSingleNode();
            return Optional.ofNullable(root).filter(node -> !node.getTag().equals(Tag.NULL));
        } catch (MarkedYAMLException e) {
            Position at = e.getProblemMark() == null ? new Position(file, 1, 1) : reading.position(e.getProblemMark());
            throw new InvalidRequest(at + ": not YAML: " + explained(String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            throw new InvalidRequest("%s: not read: nested more than %s levels deep, or more than %s aliases"
                    .formatted(new Position(file, 1, 1), MAX_DEPTH, MAX_ALIASES));
        }
    }

    static String tooLarge(String file) {
        return "%s: larger than %s bytes; expected a configuration".formatted(file, MAX_SIZE);
    }

    /// The parser's words, without the pieces of the file that some of them quote.
    private static String explained(String problem) {
        if (problem.contains("TAB")) {
            return "found a tab; expected spaces, which are all that YAML indents with";
        }
        if (problem.startsWith("mapping values are not allowed here")) {
            return "found a second `: ` on the line or a wrong indentation; a text with `: ` in it stands in quotes";
        }
        if (problem.startsWith("expected <block end>") || problem.startsWith("could not find expected ':'")) {
            return "found a line that does not fit; expected `key: value`, indented like its neighbours";
        }
        if (problem.startsWith("but found another document")) {
            return "found a second document; expected one";
        }
        if (problem.startsWith("found character")) {
            return "found a character that cannot begin a text; put the text in quotes";
        }
        if (problem.contains("undefined alias")) {
            return "found an alias (`*name`) without an anchor (`&name`); a text that begins with * stands in quotes";
        }
        if (problem.contains("tag")) {
            return "found a tag (`!name`) that is not understood; a text that begins with ! stands in quotes";
        }
        if (problem.startsWith("found unknown escape character")) {
            return "found an escape that is not understood; in double quotes a backslash is written \\\\";
        }
        return problem.split(", but ", 2)[0];
    }

    private static void checkPrintable(String yaml, String file) {
        int line = 1;
        int column = 1;
        for (int codePoint : yaml.codePoints().toArray()) {
            if (!StreamReader.isPrintable(codePoint)) {
                throw new InvalidRequest("%s: not YAML: found the control character U+%04X; expected printable text"
                        .formatted(new Position(file, line, column), codePoint));
            }
            column = codePoint == '\n' ? 1 : column + 1;
            line += codePoint == '\n' ? 1 : 0;
        }
    }

    /// YAML 1.2's core types. `no`, `on`, `1:30`, `2024-01-01` are texts; so are `010`, `0x1F` and
    /// `1_000`, which YAML 1.1 and 1.2 take for different numbers: where a number is expected they are
    /// refused.
    private static final class CoreResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.NULL, Pattern.compile("~|null|Null|NULL|"), "~nN\0");
            addImplicitResolver(Tag.NULL, Pattern.compile(""), null);
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|True|TRUE|false|False|FALSE"), "tTfF");
            addImplicitResolver(Tag.INT, Pattern.compile("[-+]?(0|[1-9][0-9]*)"), "-+0123456789");
            addImplicitResolver(
                    Tag.FLOAT,
                    Pattern.compile("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
                            + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)"),
                    "-+.0123456789");
        }
    }
}
