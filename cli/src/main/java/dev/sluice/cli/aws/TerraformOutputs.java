package dev.sluice.cli.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.model.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What `terraform output -json` prints, kept in a file.
final class TerraformOutputs {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TerraformOutputs() {}

    /// @param place that names the file, for messages
    /// @return outputs that are texts, by name
    static Map<String, String> read(Path file, String place) {
        JsonNode outputs;
        try {
            outputs = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new InvalidRequest(place + ": " + file + " is not JSON; " + EXPECTED, e);
        } catch (IOException e) {
            throw new InvalidRequest(place + ": " + file + " cannot be read; " + EXPECTED, e);
        }
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, JsonNode> output : outputs.properties()) {
            JsonNode value = output.getValue().path("value");
            if (value.isTextual()) {
                texts.put(output.getKey(), value.textValue());
            }
        }
        return texts;
    }

    private static final String EXPECTED = "expected what `terraform output -json` prints, in a file";
}
