package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts values in place of the placeholders (dollar sign, name in braces) in every string, as Terraform's templatefile does when the same
 * file is deployed. A doubled dollar or percent sign before a brace stands for a single one; a percent sign before a brace is refused,
 * because it would be read as a directive there.
 */
final class Placeholders {
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\$\\$\\{|%%\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)}|\\$\\{|%\\{");

    private final Map<String, String> values;
    private final Problems problems;
    private final Set<String> used = new HashSet<>();

    private Placeholders(Map<String, String> values, Problems problems) {
        this.values = values;
        this.problems = problems;
    }

    static JsonNode substitute(JsonNode definition, Map<String, String> values, Problems problems) {
        Placeholders placeholders = new Placeholders(values, problems);
        JsonNode substituted = placeholders.substitute("", definition);
        Set<String> unused = new TreeSet<>(values.keySet());
        unused.removeAll(placeholders.used);
        for (String name : unused) {
            problems.add("", "the value given for ${" + name + "} is used nowhere", "drop it or use it");
        }
        return substituted;
    }

    private JsonNode substitute(String path, JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode result = Json.NODES.objectNode();
                object.properties().forEach(field -> {
                    String fieldPath = Fields.path(path, field.getKey());
                    result.set(text(fieldPath, field.getKey()), substitute(fieldPath, field.getValue()));
                });
                yield result;
            }
            case ArrayNode array -> {
                ArrayNode result = Json.NODES.arrayNode();
                for (int i = 0; i < array.size(); i++) {
                    result.add(substitute(path + "[" + i + "]", array.get(i)));
                }
                yield result;
            }
            default -> node.isTextual() ? Json.NODES.textNode(text(path, node.textValue())) : node;
        };
    }

    private String text(String path, String text) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacement(path, matcher)));
        }
        return matcher.appendTail(result).toString();
    }

    private String replacement(String path, Matcher matcher) {
        String token = matcher.group();
        if (token.equals("$${") || token.equals("%%{")) {
            return token.substring(1);
        }
        String name = matcher.group(1);
        if (name == null) {
            String what = token.equals("${") ? "'${' that begins no placeholder" : "'%{', a directive for templatefile";
            problems.add(path, what, "write ${name}, '{% {' with a space, or '" + token.charAt(0) + token + "'");
            return token;
        }
        String value = values.get(name);
        if (value == null) {
            problems.add(path, "placeholder ${" + name + "} has no value", "known: " + new TreeSet<>(values.keySet()));
            return token;
        }
        used.add(name);
        return value;
    }
}
