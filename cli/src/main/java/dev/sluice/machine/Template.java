package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** A JSON value in which any string may be an expression: <code>"{% … %}"</code>. */
sealed interface Template {
    /** @param field where the template stands in the state, for messages */
    JsonNode evaluate(String field, Bindings bindings);

    /** JSON that says what it is. */
    record Literal(JsonNode value) implements Template {
        @Override
        public JsonNode evaluate(String field, Bindings bindings) {
            return value;
        }
    }

    /** One expression. */
    record Query(Expression expression) implements Template {
        @Override
        public JsonNode evaluate(String field, Bindings bindings) {
            return expression.evaluate(field, bindings);
        }
    }

    /** An array with an expression somewhere in it. */
    record ArrayTemplate(List<Template> elements) implements Template {
        @Override
        public JsonNode evaluate(String field, Bindings bindings) {
            ArrayNode array = Json.NODES.arrayNode(elements.size());
            for (int i = 0; i < elements.size(); i++) {
                array.add(elements.get(i).evaluate(field + "[" + i + "]", bindings));
            }
            return array;
        }
    }

    /** An object with an expression somewhere in it. */
    record ObjectTemplate(Map<String, Template> fields) implements Template {
        @Override
        public ObjectNode evaluate(String field, Bindings bindings) {
            ObjectNode object = Json.NODES.objectNode();
            fields.forEach((name, value) -> object.set(name, value.evaluate(field + "/" + name, bindings)));
            return object;
        }
    }
}
