package dev.sluice.machine;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.Frame;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One JSONata expression. It is compiled anew for each evaluation (about ten microseconds), because a compiled one belongs to a single
 * thread.
 */
final class Expression {
    /** Stops an expression that never ends; the service does so too, at a time it does not document. */
    private static final long MAX_EVALUATION_MILLIS = 10_000;

    private static final int MAX_DEPTH = 1_000;

    /** Text in which a dollar sign is no variable: quoted strings, quoted names, comments. */
    private static final Pattern QUOTED =
            Pattern.compile("\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*'|`[^`]*`|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern VARIABLE = Pattern.compile("\\$([\\p{L}_][\\p{L}\\p{M}\\p{N}_]*)");

    private final String source;
    private final Set<String> names;

    private Expression(String source, Set<String> names) {
        this.source = source;
        this.names = names;
    }

    /** @throws IllegalArgumentException with the reason, if this is not JSONata the service accepts */
    static Expression compile(String source) {
        try {
            Jsonata.jsonata(source);
        } catch (JException | IndexOutOfBoundsException | ClassCastException | NullPointerException invalid) {
            throw new IllegalArgumentException(String.valueOf(invalid.getMessage()), invalid);
        }
        if (namesIn(QUOTED.matcher(source).replaceAll(" ")).contains("eval")) {
            throw new IllegalArgumentException("$eval is not supported; use $parse");
        }
        return new Expression(source, namesIn(source));
    }

    /** Every name with a dollar sign, those in quotes included: to bind one too many does no harm. */
    private static Set<String> namesIn(String text) {
        Set<String> names = new HashSet<>();
        Matcher matcher = VARIABLE.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return Set.copyOf(names);
    }

    /** @throws StateFailure States.QueryEvaluationError if it fails, or yields nothing or what is not JSON */
    JsonNode evaluate(String field, Bindings bindings) {
        Object value;
        try {
            Jsonata jsonata = Jsonata.jsonata(source);
            jsonata.setOutputConvertNulls(false);
            jsonata.setValidateInput(false);
            Frame frame = jsonata.createFrame();
            QueryFunctions.bind(frame);
            for (String name : names) {
                bind(frame, name, bindings);
            }
            frame.setRuntimeBounds(MAX_EVALUATION_MILLIS, MAX_DEPTH);
            value = jsonata.evaluate(null, frame);
        } catch (RuntimeException failed) {
            throw failure(field, "failed: " + reason(failed), failed);
        } catch (StackOverflowError endless) {
            throw failure(field, "failed: it recurses too deeply", null);
        }
        if (value == null) {
            throw failure(field, "returned nothing (undefined)", null);
        }
        try {
            return Json.fromQueryValue(value);
        } catch (IllegalArgumentException notJson) {
            throw failure(field, String.valueOf(notJson.getMessage()), notJson);
        }
    }

    private static void bind(Frame frame, String name, Bindings bindings) {
        Object value = bindings.lookup(name);
        if (value != null) {
            frame.bind(name, value);
        }
    }

    private static String reason(RuntimeException failed) {
        Throwable deepest = failed;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    private StateFailure failure(String field, String what, @Nullable Throwable trigger) {
        return new StateFailure(
                StateFailure.QUERY_EVALUATION_ERROR,
                "The JSONata expression '" + source + "' specified for the field '" + field + "' " + what,
                trigger);
    }
}
