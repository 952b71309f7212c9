package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the fields whose strings may be expressions. */
final class TemplateParser {
    private static final int MAX_VARIABLE_NAME_CHARACTERS = 80;
    private static final Template NOTHING = new Template.Literal(Json.NODES.nullNode());

    private TemplateParser() {}

    static @Nullable Template optional(Fields fields, String name) {
        JsonNode value = fields.get(name);
        return value == null ? null : parse(fields.path(name), value, fields.problems());
    }

    static Template required(Fields fields, String name) {
        JsonNode value = fields.required(name);
        return value.isMissingNode() ? NOTHING : parse(fields.path(name), value, fields.problems());
    }

    /** A field whose value, unless it is an expression, must be a string. */
    static @Nullable Template optionalText(Fields fields, String name) {
        Template template = optional(fields, name);
        if (template != null && !isQueryOr(template, JsonNode::isTextual)) {
            fields.problems().add(fields.path(name), "found something else", "a string or an expression is needed");
        }
        return template;
    }

    static @Nullable Quantity optionalQuantity(Fields fields, String name, String field, Quantity.Range range) {
        Template template = optional(fields, name);
        if (template == null) {
            return null;
        }
        switch (template) {
            case Template.Query query -> {}
            case Template.Literal literal -> {
                String refusal = range.refusal(literal.value());
                if (refusal != null) {
                    fields.problems()
                            .add(
                                    fields.path(name),
                                    "found " + Fields.brief(literal.value()),
                                    refusal + ", or an expression");
                }
            }
            case Template.ArrayTemplate array ->
                fields.problems().add(fields.path(name), "found an array", range.description() + " is needed");
            case Template.ObjectTemplate object ->
                fields.problems().add(fields.path(name), "found an object", range.description() + " is needed");
        }
        return new Quantity(field, template, range);
    }

    static Template.ObjectTemplate assign(Fields fields) {
        Map<String, Template> variables = new LinkedHashMap<>();
        JsonNode value = fields.get("Assign");
        if (value == null) {
            return new Template.ObjectTemplate(variables);
        }
        if (!value.isObject()) {
            fields.problems().add(fields.path("Assign"), "found " + Fields.brief(value), "an object is needed");
        }
        value.properties().forEach(variable -> {
            String path = Fields.path(fields.path("Assign"), variable.getKey());
            checkVariableName(path, variable.getKey(), fields.problems());
            variables.put(variable.getKey(), parse(path, variable.getValue(), fields.problems()));
        });
        return new Template.ObjectTemplate(variables);
    }

    private static void checkVariableName(String path, String name, Problems problems) {
        boolean identifier = !name.isEmpty()
                && Character.isUnicodeIdentifierStart(name.codePointAt(0))
                && name.codePoints()
                        .allMatch(c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
        if (!identifier || name.length() > MAX_VARIABLE_NAME_CHARACTERS) {
            problems.add(
                    path,
                    "found the variable name '" + name + "'",
                    "a name starts with a letter, goes on with letters, digits or _, and has at most "
                            + MAX_VARIABLE_NAME_CHARACTERS + " characters");
        }
        if (name.equals("states")) {
            problems.add(path, "found the variable name 'states'", "it is reserved; choose another");
        }
    }

    static Template parse(String path, JsonNode node, Problems problems) {
        return switch (node) {
            case ObjectNode object -> parseObject(path, object, problems);
            case ArrayNode array -> parseArray(path, array, problems);
            default -> node.isTextual() ? parseText(path, node, problems) : new Template.Literal(node);
        };
    }

    private static Template parseObject(String path, ObjectNode object, Problems problems) {
        Map<String, Template> fields = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            String fieldPath = Fields.path(path, field.getKey());
            if (field.getKey().endsWith(".$")) {
                problems.add(
                        fieldPath,
                        "a name ending in .$ belongs to JSONPath",
                        "with JSONata write \"{% … %}\" as the value");
            }
            fields.put(field.getKey(), parse(fieldPath, field.getValue(), problems));
        });
        return fields.values().stream().allMatch(Template.Literal.class::isInstance)
                ? new Template.Literal(object)
                : new Template.ObjectTemplate(fields);
    }

    private static Template parseArray(String path, ArrayNode array, Problems problems) {
        List<Template> elements = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            elements.add(parse(path + "[" + i + "]", array.get(i), problems));
        }
        return elements.stream().allMatch(Template.Literal.class::isInstance)
                ? new Template.Literal(array)
                : new Template.ArrayTemplate(elements);
    }

    private static Template parseText(String path, JsonNode node, Problems problems) {
        String text = node.textValue();
        if (text.length() >= 4 && text.startsWith("{%") && text.endsWith("%}")) {
            String source = text.substring(2, text.length() - 2).strip();
            try {
                return new Template.Query(Expression.compile(source));
            } catch (IllegalArgumentException invalid) {
                problems.add(
                        path,
                        "not an expression the service accepts: " + invalid.getMessage(),
                        "found '" + source + "'");
                return NOTHING;
            }
        }
        if (text.strip().startsWith("{%") || text.strip().endsWith("%}")) {
            problems.add(
                    path,
                    "found " + Fields.brief(node),
                    "an expression starts with {% and ends with %}, with nothing around it");
        }
        return new Template.Literal(node);
    }

    /** Whether the template is an expression, or a literal that passes. */
    static boolean isQueryOr(Template template, Predicate<JsonNode> allowed) {
        return switch (template) {
            case Template.Query query -> true;
            case Template.Literal literal -> allowed.test(literal.value());
            case Template.ArrayTemplate array -> allowed.test(Json.NODES.arrayNode());
            case Template.ObjectTemplate object -> allowed.test(Json.NODES.objectNode());
        };
    }
}
