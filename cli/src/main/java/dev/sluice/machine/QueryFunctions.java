package dev.sluice.machine;

import com.dashjoin.jsonata.Jsonata.Frame;
import com.dashjoin.jsonata.Jsonata.JFunction;
import com.dashjoin.jsonata.Jsonata.JFunctionCallable;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The functions Step Functions adds to JSONata, and the one it takes away. */
final class QueryFunctions {
    /** Limits of the intrinsic functions these stand for (States.ArrayRange, States.Hash). */
    private static final int MAX_RANGE_ELEMENTS = 1000;

    private static final int MAX_HASH_CHARACTERS = 10_000;
    private static final Set<String> HASH_ALGORITHMS = Set.of("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512");

    private QueryFunctions() {}

    static void bind(Frame frame) {
        bind(frame, "partition", "<an:a>", arguments -> partition(arguments.get(0), number(arguments, 1)));
        bind(
                frame,
                "range",
                "<nnn:a>",
                arguments -> range(number(arguments, 0), number(arguments, 1), number(arguments, 2)));
        bind(frame, "hash", "<ss:s>", arguments -> hash(arguments.get(0), String.valueOf(arguments.get(1))));
        bind(frame, "random", "<n?:n>", QueryFunctions::random);
        bind(frame, "uuid", "<:s>", arguments -> UUID.randomUUID().toString());
        bind(frame, "parse", "<s:x>", arguments -> parse(arguments.get(0)));
        bind(frame, "eval", "<x?x?:x>", arguments -> {
            throw new IllegalArgumentException("$eval is not supported; use $parse");
        });
    }

    private static void bind(Frame frame, String name, String signature, Body body) {
        JFunctionCallable callable = (input, arguments) -> body.apply(asList(arguments));
        frame.bind(name, new JFunction(callable, signature));
    }

    private static List<@Nullable Object> asList(@Nullable List<?> arguments) {
        return arguments == null ? List.of() : new ArrayList<@Nullable Object>(arguments);
    }

    private static @Nullable Object partition(@Nullable Object array, Number size) {
        if (array == null) {
            return null;
        }
        if (size.doubleValue() != size.intValue() || size.intValue() < 1) {
            throw new IllegalArgumentException(
                    "$partition: the size is " + size + "; a whole number above 0 is needed");
        }
        List<?> values = (List<?>) array;
        List<Object> chunks = new ArrayList<>();
        for (int from = 0; from < values.size(); from += size.intValue()) {
            chunks.add(new ArrayList<>(values.subList(from, Math.min(values.size(), from + size.intValue()))));
        }
        return chunks;
    }

    private static Object range(Number first, Number last, Number step) {
        long start = whole("first", first);
        long end = whole("last", last);
        long delta = whole("step", step);
        if (delta == 0) {
            throw new IllegalArgumentException("$range: the step is 0; any other whole number is allowed");
        }
        List<Object> values = new ArrayList<>();
        for (long value = start; delta > 0 ? value <= end : value >= end; value += delta) {
            if (values.size() == MAX_RANGE_ELEMENTS) {
                throw new IllegalArgumentException("$range: more than " + MAX_RANGE_ELEMENTS + " elements");
            }
            values.add(value);
        }
        return values;
    }

    private static long whole(String name, Number value) {
        if (value.doubleValue() != Math.rint(value.doubleValue())) {
            throw new IllegalArgumentException("$range: " + name + " is " + value + "; a whole number is needed");
        }
        return value.longValue();
    }

    private static @Nullable Object hash(@Nullable Object value, String algorithm) {
        if (value == null) {
            return null;
        }
        String text = (String) value;
        if (text.length() > MAX_HASH_CHARACTERS) {
            throw new IllegalArgumentException(
                    "$hash: " + text.length() + " characters; at most " + MAX_HASH_CHARACTERS + " are allowed");
        }
        if (!HASH_ALGORITHMS.contains(algorithm)) {
            throw new IllegalArgumentException(
                    "$hash: algorithm " + algorithm + "; one of MD5, SHA-1, SHA-256, SHA-384, SHA-512 is needed");
        }
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static Object random(List<@Nullable Object> arguments) {
        Object seed = arguments.isEmpty() ? null : arguments.get(0);
        return seed instanceof Number number
                ? new Random(number.longValue()).nextDouble()
                : ThreadLocalRandom.current().nextDouble();
    }

    private static @Nullable Object parse(@Nullable Object text) throws JsonProcessingException {
        return text == null ? null : Json.toQueryValue(Json.MAPPER.readTree((String) text));
    }

    private static Number number(List<@Nullable Object> arguments, int index) {
        Object value = index < arguments.size() ? arguments.get(index) : null;
        if (value instanceof Number number) {
            return number;
        }
        throw new IllegalArgumentException("argument " + (index + 1) + " is undefined; a number is needed");
    }

    /** What a function does with its checked arguments. */
    private interface Body {
        @Nullable
        Object apply(List<@Nullable Object> arguments) throws Exception;
    }
}
