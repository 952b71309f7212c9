package dev.sluice.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/// Lines of JSON on standard output, one document each: what happened, and metrics in CloudWatch's Embedded
/// Metric Format. Thread-safe.
final class Telemetry {
    static final String NAMESPACE = "Sluice";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE_PROPERTY = "com.amazonaws.xray.traceHeader";
    private static final String TRACE_VARIABLE = "_X_AMZN_TRACE_ID";

    private final Map<String, String> environment;
    private final Clock clock;
    private final PrintStream out;

    Telemetry(Map<String, String> environment, Clock clock, PrintStream out) {
        this.environment = environment;
        this.clock = clock;
        this.out = out;
    }

    /// The unit of a metric, as CloudWatch spells it.
    enum Unit {
        COUNT("Count"),
        BYTES("Bytes"),
        SECONDS("Seconds");

        private final String word;

        Unit(String word) {
            this.word = word;
        }
    }

    /// @param by   a dimension beside that of the environment
    /// @param of   its value
    record By(String by, String of) {}

    /// @param by empty: told of the environment as a whole only
    record Metric(String name, Unit unit, double value, Optional<By> by) {
        static Metric count(String name, long value) {
            return new Metric(name, Unit.COUNT, (double) value, Optional.empty());
        }

        static Metric bytes(String name, long value) {
            return new Metric(name, Unit.BYTES, (double) value, Optional.empty());
        }

        static Metric seconds(String name, double value) {
            return new Metric(name, Unit.SECONDS, value, Optional.empty());
        }

        Metric by(String dimension, String of) {
            return new Metric(name, unit, value, Optional.of(new By(dimension, of)));
        }
    }

    /// A line about the invocation, for the caller to fill and to hand to [#write].
    ObjectNode line(Invocation invocation, String level, String event) {
        ObjectNode line = JSON.createObjectNode();
        line.put("time", clock.instant().toString()).put("level", level).put("event", event);
        about(line, invocation);
        return line;
    }

    private void about(ObjectNode line, Invocation invocation) {
        line.put("stage", invocation.stage()).put("run", invocation.run());
        if (!invocation.table().isEmpty()) {
            line.put("table", invocation.table());
        }
        for (String field : new String[] {"wave", "batch", "round"}) {
            if (invocation.payload().path(field).isInt()) {
                line.put(field, invocation.payload().path(field).intValue());
            }
        }
        line.put("request", invocation.requestId());
        trace().ifPresent(trace -> line.put("trace", trace));
    }

    /// The managed runtime tells of the trace in a property, others in a variable.
    private Optional<String> trace() {
        return Optional.ofNullable(System.getProperty(TRACE_PROPERTY))
                .or(() -> Optional.ofNullable(environment.get(TRACE_VARIABLE)))
                .filter(trace -> !trace.isEmpty());
    }

    void metric(Invocation invocation, Metric metric) {
        ObjectNode line = JSON.createObjectNode();
        ObjectNode directive = line.putObject("_aws")
                .put("Timestamp", clock.millis())
                .putArray("CloudWatchMetrics")
                .addObject();
        directive.put("Namespace", NAMESPACE);
        ArrayNode dimensions = directive.putArray("Dimensions");
        dimensions.addArray().add("Environment");
        directive.putArray("Metrics").addObject().put("Name", metric.name()).put("Unit", metric.unit().word);
        line.put("Environment", environment.getOrDefault("SLUICE_ENVIRONMENT", "none"));
        line.put(metric.name(), metric.value());
        line.put("run", invocation.run());
        metric.by().ifPresent(by -> {
            dimensions.addArray().add("Environment").add(by.by());
            line.put(by.by(), by.of());
        });
        write(line);
    }

    void write(ObjectNode line) {
        try {
            // One call, so that lines of two threads do not mix.
            out.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
