package dev.sluice.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;

/**
 * ResultWriter: {@code manifest.json} and files of children by outcome, under the prefix and the id of the map run. The service begins a
 * new file at 5 GB, this one earlier, as it keeps a file in memory until it is written.
 */
final class ResultFiles implements MapResults {
    private static final int MAX_FILE_BYTES = 32 * 1024 * 1024;

    /** The kinds of files, in the order of the manifest. */
    private enum Kind {
        FAILED,
        PENDING,
        SUCCEEDED
    }

    private final Objects objects;
    private final String bucket;
    private final String prefix;
    private final String mapRunArn;
    private final Map<Kind, ByteArrayOutputStream> open = new EnumMap<>(Kind.class);
    private final Map<Kind, ArrayNode> written = new EnumMap<>(Kind.class);

    private ResultFiles(Objects objects, String bucket, String prefix, String mapRunArn) {
        this.objects = objects;
        this.bucket = bucket;
        this.prefix = prefix;
        this.mapRunArn = mapRunArn;
        for (Kind kind : Kind.values()) {
            open.put(kind, new ByteArrayOutputStream());
            written.put(kind, Json.NODES.arrayNode());
        }
    }

    static ResultFiles of(Objects objects, Template template, Bindings bindings, UUID mapRun, String mapRunArn) {
        JsonNode arguments = template.evaluate("ResultWriter/Arguments", bindings);
        String bucket = Items.argument("ResultWriter", arguments, "Bucket");
        String prefix = Items.argument("ResultWriter", arguments, "Prefix");
        String folder = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        return new ResultFiles(objects, bucket, folder + mapRun + "/", mapRunArn);
    }

    @Override
    public void add(ChildRun child) {
        add(child.end() instanceof ChildRun.End.Succeeded ? Kind.SUCCEEDED : Kind.FAILED, child.toJson());
    }

    @Override
    public JsonNode finish(Iterator<Items.Item> notStarted) {
        while (notStarted.hasNext()) {
            ObjectNode pending = Json.NODES.objectNode();
            pending.put("Input", Json.text(notStarted.next().value()));
            pending.putObject("InputDetails").put("Included", true);
            pending.put("Status", "PENDING");
            add(Kind.PENDING, pending);
        }
        ObjectNode manifest = Json.NODES.objectNode();
        manifest.put("DestinationBucket", bucket);
        manifest.put("MapRunArn", mapRunArn);
        ObjectNode files = manifest.putObject("ResultFiles");
        for (Kind kind : Kind.values()) {
            files.set(kind.name(), close(kind));
        }
        String key = prefix + "manifest.json";
        put(key, Json.bytes(manifest));
        ObjectNode result = Json.NODES.objectNode();
        result.put("MapRunArn", mapRunArn);
        result.putObject("ResultWriterDetails").put("Bucket", bucket).put("Key", key);
        return result;
    }

    private synchronized void add(Kind kind, ObjectNode entry) {
        ByteArrayOutputStream file = file(kind);
        file.write(file.size() == 0 ? '[' : ',');
        file.writeBytes(Json.bytes(entry));
        if (file.size() >= MAX_FILE_BYTES) {
            close(kind);
        }
    }

    private synchronized ArrayNode close(Kind kind) {
        ArrayNode files = written.getOrDefault(kind, Json.NODES.arrayNode());
        ByteArrayOutputStream file = file(kind);
        if (file.size() > 0) {
            file.write(']');
            String key = prefix + kind + "_" + files.size() + ".json";
            put(key, file.toByteArray());
            files.addObject().put("Key", key).put("Size", file.size());
            file.reset();
        }
        return files;
    }

    private ByteArrayOutputStream file(Kind kind) {
        return open.computeIfAbsent(kind, none -> new ByteArrayOutputStream());
    }

    private void put(String key, byte[] content) {
        try {
            objects.put(bucket, key, content);
        } catch (IOException | RuntimeException failed) {
            throw new StateFailure(
                    StateFailure.RESULT_WRITER_FAILED,
                    "s3://" + bucket + "/" + key + " cannot be written: " + failed.getMessage(),
                    failed);
        }
    }
}
