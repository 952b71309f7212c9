package dev.sluice.machine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The items of a distributed map: how many there are, and each in turn.
 *
 * @param iterator gives the items once, for one thread at a time
 */
record Items(long count, Iterator<Item> iterator) {
    private static final ObjectReader ELEMENT =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** One item and its place. */
    record Item(long index, JsonNode value) {}

    /** What the field Items yields, or the input of the state. */
    static ArrayNode given(@Nullable Template template, Bindings bindings) {
        JsonNode items = template == null ? bindings.input() : template.evaluate("Items", bindings);
        if (items instanceof ArrayNode array) {
            Json.withinLimit("Items", array);
            return array;
        }
        throw new StateFailure(
                StateFailure.QUERY_EVALUATION_ERROR,
                "The field 'Items' evaluated to " + Fields.brief(items)
                        + "; an array is needed (JSONata turns a sequence of one into that one: write [ … ] around it)");
    }

    static Items of(ArrayNode array) {
        Iterator<JsonNode> values = array.iterator();
        return new Items(array.size(), new Numbered() {
            @Override
            @Nullable
            JsonNode read() {
                return values.hasNext() ? values.next() : null;
            }
        });
    }

    /** Reads the whole object once to check and count it, and again, item by item, while the children run. */
    static Items read(Objects objects, State.ItemReader reader, Bindings bindings) {
        JsonNode arguments = reader.arguments().evaluate("ItemReader/Arguments", bindings);
        String bucket = argument("ItemReader", arguments, "Bucket");
        String key = argument("ItemReader", arguments, "Key");
        long maxItems =
                reader.maxItems() == null ? Long.MAX_VALUE : reader.maxItems().evaluateWhole(bindings);
        try {
            byte[] content = objects.get(bucket, key);
            long count = Math.min(count(content), maxItems);
            return new Items(count, parse(content, count));
        } catch (IOException | RuntimeException failed) {
            throw new StateFailure(
                    StateFailure.ITEM_READER_FAILED,
                    "The items of s3://" + bucket + "/" + key + " cannot be read: " + failed.getMessage(),
                    failed);
        }
    }

    /** What a child gets: what ItemSelector makes of the item, or the item. */
    static JsonNode select(@Nullable Template selector, JsonNode item, Bindings bindings, JsonNode context) {
        JsonNode selected = selector == null ? item : selector.evaluate("ItemSelector", bindings.withContext(context));
        return Json.withinLimit("the item", selected);
    }

    static String argument(String field, JsonNode arguments, String name) {
        JsonNode value = arguments.path(name);
        if (!value.isTextual()) {
            throw FlowRunner.notA("string", field + "/Arguments/" + name, value);
        }
        return value.textValue();
    }

    private static long count(byte[] content) throws IOException {
        try (JsonParser parser = Json.MAPPER.createParser(content)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("it is not a JSON array");
            }
            long count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
                count++;
            }
            if (parser.nextToken() != null) {
                throw new IOException("something follows the JSON array");
            }
            return count;
        }
    }

    private static Iterator<Item> parse(byte[] content, long count) throws IOException {
        JsonParser parser = Json.MAPPER.createParser(content);
        parser.nextToken();
        return new Numbered() {
            private long left = count;

            @Override
            @Nullable
            JsonNode read() {
                if (left-- <= 0) {
                    return null;
                }
                try {
                    parser.nextToken();
                    return ELEMENT.readTree(parser);
                } catch (IOException checkedBefore) {
                    throw new UncheckedIOException(checkedBefore);
                }
            }
        };
    }

    /** Counts what a source gives. */
    private abstract static class Numbered implements Iterator<Item> {
        private long index;
        private @Nullable JsonNode ahead;

        /** Null at the end. */
        abstract @Nullable JsonNode read();

        @Override
        public boolean hasNext() {
            if (ahead == null) {
                ahead = read();
            }
            return ahead != null;
        }

        @Override
        public Item next() {
            if (!hasNext() || ahead == null) {
                throw new NoSuchElementException();
            }
            Item item = new Item(index++, ahead);
            ahead = null;
            return item;
        }
    }
}
