package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.machine.State.Exit;
import dev.sluice.machine.State.Recovery;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the two kinds of Map. */
final class MapParser {
    private static final String S3_GET_OBJECT = "arn:aws:states:::s3:getObject";
    private static final String S3_PUT_OBJECT = "arn:aws:states:::s3:putObject";
    private static final Pattern LABEL = Pattern.compile("[^\\s?*<>{}\\[\\]:;,\\\\|^~$#%&`\"\\p{Cntrl}]{1,40}");
    private static final List<String> DISTRIBUTED_ONLY =
            List.of("ItemReader", "ResultWriter", "Label", "ToleratedFailureCount", "ToleratedFailurePercentage");

    private static final Quantity.Range CONCURRENCY = new Quantity.Range(0, 1_000_000, true);
    private static final Quantity.Range COUNT = new Quantity.Range(0, 100_000_000, true);
    private static final Quantity.Range ITEMS = new Quantity.Range(1, 100_000_000, true);
    private static final Quantity.Range PERCENTAGE = new Quantity.Range(0, 100, false);
    private static final Quantity UNLIMITED =
            new Quantity("MaxConcurrency", new Template.Literal(Json.NODES.numberNode(0)), CONCURRENCY);

    private MapParser() {}

    static State parse(String name, Fields fields, AssignedNames scope) {
        Fields processor = fields.object("ItemProcessor");
        boolean distributed = isDistributed(processor);
        Flow flow = FlowParser.parse(processor, distributed ? scope.separate() : scope.inner());
        processor.close();
        Template items = TemplateParser.optional(fields, "Items");
        if (items != null && !TemplateParser.isQueryOr(items, JsonNode::isArray)) {
            fields.problems().add(fields.path("Items"), "found no array", "an array or an expression is needed");
        }
        Template selector = TemplateParser.optional(fields, "ItemSelector");
        Quantity given = TemplateParser.optionalQuantity(fields, "MaxConcurrency", "MaxConcurrency", CONCURRENCY);
        Quantity concurrency = given == null ? UNLIMITED : given;
        Exit exit = StateParser.exit(fields, scope);
        Recovery recovery = RecoveryParser.parse(fields, scope);
        if (!distributed) {
            refuseDistributedFields(fields);
            return new State.InlineMap(name, items, selector, concurrency, flow, exit, recovery);
        }
        State.ItemReader reader = itemReader(fields);
        if (reader != null && items != null) {
            fields.problems().add(fields.path(), "found Items and ItemReader", "only one of them is allowed");
        }
        return new State.DistributedMap(
                name,
                items,
                reader,
                selector,
                concurrency,
                tolerance(fields),
                resultWriter(fields),
                label(fields, name),
                flow,
                exit,
                recovery);
    }

    private static boolean isDistributed(Fields processor) {
        if (!processor.has("ProcessorConfig")) {
            return false;
        }
        Fields config = processor.object("ProcessorConfig");
        boolean distributed = config.oneOf("Mode", "INLINE", "DISTRIBUTED").equals("DISTRIBUTED");
        if (distributed) {
            config.exactly("ExecutionType", "STANDARD");
        }
        config.close();
        return distributed;
    }

    private static void refuseDistributedFields(Fields fields) {
        for (String field : DISTRIBUTED_ONLY) {
            if (fields.has(field)) {
                fields.problems()
                        .add(
                                fields.path(field),
                                "found in an INLINE map",
                                "it needs \"ProcessorConfig\": {\"Mode\": \"DISTRIBUTED\", \"ExecutionType\": \"STANDARD\"}");
            }
        }
    }

    private static State.@Nullable ItemReader itemReader(Fields fields) {
        if (!fields.has("ItemReader")) {
            return null;
        }
        Fields reader = fields.object("ItemReader");
        reader.exactly("Resource", S3_GET_OBJECT);
        Fields config = reader.object("ReaderConfig");
        config.exactly("InputType", "JSON");
        Quantity maxItems =
                TemplateParser.optionalQuantity(config, "MaxItems", "ItemReader/ReaderConfig/MaxItems", ITEMS);
        config.close();
        Template arguments = s3Arguments(reader, "Bucket", "Key");
        reader.close();
        return new State.ItemReader(arguments, maxItems);
    }

    private static @Nullable Template resultWriter(Fields fields) {
        if (!fields.has("ResultWriter")) {
            return null;
        }
        Fields writer = fields.object("ResultWriter");
        writer.exactly("Resource", S3_PUT_OBJECT);
        Template arguments = s3Arguments(writer, "Bucket", "Prefix");
        writer.close();
        return arguments;
    }

    /** An object with exactly these two fields, or an expression that yields one. */
    private static Template s3Arguments(Fields fields, String bucket, String keyOrPrefix) {
        Template arguments = TemplateParser.required(fields, "Arguments");
        JsonNode node = fields.get("Arguments");
        if (node != null && !node.isTextual()) {
            Fields object = fields.object("Arguments");
            object.required(bucket);
            object.required(keyOrPrefix);
            object.close();
        }
        return arguments;
    }

    private static State.Tolerance tolerance(Fields fields) {
        return new State.Tolerance(
                TemplateParser.optionalQuantity(fields, "ToleratedFailureCount", "ToleratedFailureCount", COUNT),
                TemplateParser.optionalQuantity(
                        fields, "ToleratedFailurePercentage", "ToleratedFailurePercentage", PERCENTAGE));
    }

    private static String label(Fields fields, String stateName) {
        String label = fields.optionalText("Label");
        if (label == null) {
            return stateName;
        }
        if (!LABEL.matcher(label).matches()) {
            fields.problems()
                    .add(
                            fields.path("Label"),
                            "found \"" + label + "\"",
                            "at most 40 characters, without white space and special characters");
        }
        return label;
    }
}
