package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A number in the file, or an expression that must yield one. */
record Quantity(String field, Template template, Range range) {
    /** Which numbers are allowed. */
    record Range(double min, double max, boolean whole) {
        /** Why {@code node} is not allowed, or null. */
        @Nullable
        String refusal(JsonNode node) {
            if (node.isNumber()) {
                double value = node.doubleValue();
                if (value >= min && value <= max && (!whole || value == Math.rint(value))) {
                    return null;
                }
            }
            return description() + " is needed";
        }

        String description() {
            return "a " + (whole ? "whole " : "") + "number from " + plain(min) + " to " + plain(max);
        }

        private static String plain(double value) {
            return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        }
    }

    double evaluate(Bindings bindings) {
        JsonNode value = template.evaluate(field, bindings);
        String refusal = range.refusal(value);
        if (refusal != null) {
            throw new StateFailure(
                    StateFailure.QUERY_EVALUATION_ERROR,
                    "The field '" + field + "' evaluated to " + Json.text(value) + "; " + refusal);
        }
        return value.doubleValue();
    }

    long evaluateWhole(Bindings bindings) {
        return (long) evaluate(bindings);
    }
}
