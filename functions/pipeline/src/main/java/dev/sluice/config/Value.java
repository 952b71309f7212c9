package dev.sluice.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// One value of the file, where it stands and how it is reached. Every reading method either answers or
/// reports a problem and answers empty.
///
/// @param path the keys that lead here, joined by dots; empty for the file as a whole
/// @param at   where the value begins
record Value(Node node, String path, Position at, Reading reading) {
    /// One key of a mapping.
    record Entry(String key, Position keyAt, Value value) {}

    private static final String TO_TEXT = "; in quotes it is a text";

    static Value root(Node node, Reading reading) {
        return new Value(node, "", reading.position(node.getStartMark()), reading);
    }

    boolean isNothing() {
        return node.getTag().equals(Tag.NULL);
    }

    boolean isMapping() {
        return node instanceof MappingNode && node.getTag().equals(Tag.MAP);
    }

    boolean isNumber() {
        return node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT);
    }

    /// A text with its references replaced; never blank.
    Optional<String> text(String expected) {
        if (!(node instanceof ScalarNode scalar)) {
            return refuse(kind(), expected);
        }
        if (!node.getTag().equals(Tag.STR)) {
            return refuse(shown(), expected + (isNothing() || isTagged() ? "" : TO_TEXT));
        }
        Optional<String> text = reading.references().replace(scalar.getValue(), this::problem);
        return text.isPresent() && text.get().isBlank() ? refuse("an empty text", expected) : text;
    }

    /// The text as it is written, references in place; empty when it is no text.
    Optional<String> written() {
        return node instanceof ScalarNode scalar && node.getTag().equals(Tag.STR)
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    /// @param later words that are known but not available yet
    <T> Optional<T> word(Map<String, T> words, Set<String> later) {
        String expected = Words.oneOf(words.keySet());
        Optional<String> text = text(expected);
        if (text.isEmpty() || words.containsKey(text.get())) {
            return text.map(words::get);
        }
        if (later.contains(text.get())) {
            problem(Keys.notAvailable(text.get()) + "; expected " + expected);
            return Optional.empty();
        }
        return refuse(shown(), expected + Words.suggestion(text.get(), words.keySet(), ""));
    }

    Optional<Long> wholeNumber(long min, long max) {
        String expected = whole(min, max);
        Optional<BigDecimal> number = node.getTag().equals(Tag.INT) ? number() : Optional.empty();
        if (number.isEmpty()) {
            return refuse(shown(), expected);
        }
        BigInteger whole = number.get().toBigInteger();
        boolean inRange =
                whole.compareTo(BigInteger.valueOf(min)) >= 0 && whole.compareTo(BigInteger.valueOf(max)) <= 0;
        return inRange ? Optional.of(whole.longValueExact()) : refuse(shown(), expected);
    }

    private static String whole(long min, long max) {
        if (min == max) {
            return String.valueOf(min);
        }
        return max == Long.MAX_VALUE
                ? "a whole number, %s or more".formatted(min)
                : "a whole number from %s to %s".formatted(min, max);
    }

    Optional<Double> fraction() {
        String expected = "a number from 0 to 1";
        Optional<BigDecimal> number = number();
        boolean inRange =
                number.isPresent() && number.get().signum() >= 0 && number.get().compareTo(BigDecimal.ONE) <= 0;
        return inRange ? number.map(BigDecimal::doubleValue) : refuse(shown(), expected);
    }

    Optional<Boolean> flag() {
        if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.BOOL)) {
            switch (scalar.getValue()) {
                case "true", "True", "TRUE" -> {
                    return Optional.of(true);
                }
                case "false", "False", "FALSE" -> {
                    return Optional.of(false);
                }
                default -> {}
            }
        }
        return refuse(shown(), "true or false");
    }

    /// A secret: nothing but a reference, whose value is not empty as far as it is known yet. What was
    /// found is never shown.
    Optional<Secret> secret() {
        String expected = "a reference such as `${env:SLUICE_SOURCE_PASSWORD}`; secrets do not stand in the file";
        Optional<String> written = written();
        if (written.isEmpty() || !References.isOne(written.get())) {
            if (written.isPresent() && References.isKept(written.get())) {
                return reading.references().kept(written.get(), this::problem);
            }
            return refuse(isNothing() ? "nothing" : "a value written into the file", expected);
        }
        Optional<String> secret = reading.references().replace(written.get(), this::problem);
        return secret.isPresent() && secret.get().isEmpty()
                ? refuse("an empty environment variable", "the secret in it")
                : secret.map(Secret::new);
    }

    /// The items of a list that has at least one.
    Optional<List<Value>> items(String expected) {
        if (!(node instanceof SequenceNode list) || !node.getTag().equals(Tag.SEQ)) {
            return refuse(kind(), expected);
        }
        if (list.getValue().isEmpty()) {
            return refuse("an empty list", expected);
        }
        List<Value> items = new ArrayList<>();
        for (Node item : list.getValue()) {
            Position itemAt = reading.position(item.getStartMark());
            items.add(new Value(item, "%s[%s]".formatted(path, items.size()), itemAt, reading));
        }
        return Optional.of(items);
    }

    /// The entries of a mapping; keys that are no text or stand twice are reported and left out.
    Optional<List<Entry>> entries(String expected) {
        if (!(node instanceof MappingNode mapping) || !node.getTag().equals(Tag.MAP)) {
            return refuse(kind(), expected);
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Position keyAt = reading.position(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)
                    || !keyNode.getTag().equals(Tag.STR)) {
                reading.problems()
                        .add(keyAt, path, "found a key that is no text; expected a text, in quotes if need be");
                continue;
            }
            String key = keyNode.getValue();
            Value value = new Value(
                    tuple.getValueNode(),
                    (path.isEmpty() ? "" : path + ".") + Words.plain(key),
                    reading.position(tuple.getValueNode().getStartMark()),
                    reading);
            Entry first = entries.putIfAbsent(key, new Entry(key, keyAt, value));
            if (first != null) {
                reading.problems()
                        .add(keyAt, value.path, "found the key twice; the first is on line " + first.keyAt.line());
            }
        }
        return Optional.of(List.copyOf(entries.values()));
    }

    <T> Optional<T> refuse(String found, String expected) {
        problem("found " + found + "; expected " + expected);
        return Optional.empty();
    }

    void problem(String text) {
        reading.problems().add(at, path, text);
    }

    /// What was found, for messages: the value as it is written, never what a reference stands for.
    String shown() {
        if (!(node instanceof ScalarNode scalar) || isNothing() || isTagged()) {
            return kind();
        }
        String text = Words.quoted(scalar.getValue());
        if (node.getTag().equals(Tag.STR)) {
            return References.isIn(scalar.getValue()) ? "the value of " + text : text;
        }
        return (node.getTag().equals(Tag.BOOL) ? "the boolean " : "the number ") + text;
    }

    /// What kind of value was found, without its content.
    private String kind() {
        if (isTagged()) {
            return "a YAML tag";
        }
        return switch (node) {
            case MappingNode mapping -> "a mapping";
            case SequenceNode list -> "a list";
            default -> {
                if (isNothing()) {
                    yield "nothing";
                }
                yield node.getTag().equals(Tag.STR) ? "a text" : "a number or boolean";
            }
        };
    }

    private boolean isTagged() {
        return !Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ)
                .contains(node.getTag());
    }

    private Optional<BigDecimal> number() {
        if (!isNumber()
                || !(node instanceof ScalarNode scalar)
                || scalar.getValue().length() > 40) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(scalar.getValue()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
