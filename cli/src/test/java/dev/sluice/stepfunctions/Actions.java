package dev.sluice.stepfunctions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.machine.Objects;
import dev.sluice.machine.StateMachine;
import dev.sluice.machine.TaskInvoker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// The actions of the service, as its API reference has them.
final class Actions implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_INPUT_BYTES = 256 * 1024;

    /// So few, that following pages is tested.
    private static final int PAGE = 2;

    private final String machineArn;
    private final StateMachine machine;
    private final TaskInvoker tasks;
    private final Objects objects;
    private final Map<String, RunningExecution> byArn = new ConcurrentHashMap<>();
    private final List<RunningExecution> inOrder = new CopyOnWriteArrayList<>();

    Actions(String machineArn, StateMachine machine, TaskInvoker tasks, Objects objects) {
        this.machineArn = machineArn;
        this.machine = machine;
        this.tasks = tasks;
        this.objects = objects;
    }

    JsonNode answer(String action, JsonNode input) {
        return switch (action) {
            case "StartExecution" -> start(input);
            case "DescribeExecution" -> describe(execution(input));
            case "StopExecution" -> stop(execution(input), input);
            case "ListExecutions" -> input.has("mapRunArn") ? children(input) : list(input);
            case "ListMapRuns" -> mapRuns(input);
            case "DescribeMapRun" -> mapRun(input);
            default -> throw new Refusal(400, "UnknownOperationException", action);
        };
    }

    /// Idempotent while an execution of the same name and input runs.
    private synchronized JsonNode start(JsonNode input) {
        machine(input);
        String name = input.path("name").asText();
        if (!name.matches("[A-Za-z0-9_-]{1,80}")) {
            throw new Refusal(400, "InvalidName", "Invalid Name: '" + name + "'");
        }
        String text = input.path("input").asText();
        if (text.length() > MAX_INPUT_BYTES) {
            throw new Refusal(400, "ValidationException", "input is too long");
        }
        String arn = machineArn.replace(":stateMachine:", ":execution:") + ":" + name;
        RunningExecution known = byArn.get(arn);
        if (known != null && !(known.running() && known.input().equals(text))) {
            throw new Refusal(400, "ExecutionAlreadyExists", "Execution Already Exists: '" + arn + "'");
        }
        if (known == null) {
            known = RunningExecution.start(arn, name, text, parsed(text), machine, tasks, objects);
            byArn.put(arn, known);
            inOrder.add(known);
        }
        return object().put("executionArn", arn).put("startDate", seconds(known.startedAt()));
    }

    private static JsonNode parsed(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new Refusal(400, "InvalidExecutionInput", "Invalid State Machine Execution Input");
        }
    }

    private void machine(JsonNode input) {
        String arn = input.path("stateMachineArn").asText();
        if (!arn.equals(machineArn)) {
            throw new Refusal(400, "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + "'");
        }
    }

    private RunningExecution execution(JsonNode input) {
        String arn = input.path("executionArn").asText();
        RunningExecution found = byArn.get(arn);
        if (found == null) {
            throw new Refusal(400, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'");
        }
        return found;
    }

    private JsonNode describe(RunningExecution execution) {
        ObjectNode json = item(execution).put("input", execution.input());
        execution.error().ifPresent(error -> json.put("error", error));
        execution.cause().ifPresent(cause -> json.put("cause", cause));
        execution.output().ifPresent(output -> json.put("output", output));
        return json;
    }

    private ObjectNode item(RunningExecution execution) {
        ObjectNode json = object().put("executionArn", execution.arn())
                .put("stateMachineArn", machineArn)
                .put("name", execution.name())
                .put("status", execution.status())
                .put("startDate", seconds(execution.startedAt()));
        execution.stoppedAt().ifPresent(at -> json.put("stopDate", seconds(at)));
        return json;
    }

    private JsonNode stop(RunningExecution execution, JsonNode input) {
        execution.stop(input.path("error").asText(), input.path("cause").asText());
        return object().put("stopDate", seconds(Instant.now()));
    }

    private JsonNode list(JsonNode input) {
        machine(input);
        List<JsonNode> items = new ArrayList<>();
        inOrder.reversed().forEach(execution -> items.add(item(execution)));
        return page("executions", items, input);
    }

    private JsonNode children(JsonNode input) {
        MapRuns.MapRun mapRun = run(input);
        String status = input.path("statusFilter").asText("");
        List<JsonNode> items = new ArrayList<>();
        mapRun.children().forEach(child -> {
            if (status.isEmpty() || child.status().equals(status)) {
                items.add(object().put("executionArn", child.arn())
                        .put("mapRunArn", mapRun.arn())
                        .put("stateMachineArn", machineArn)
                        .put("name", child.arn().substring(child.arn().lastIndexOf(':') + 1))
                        .put("status", child.status())
                        .put("startDate", seconds(child.startedAt())));
            }
        });
        return page("executions", items, input);
    }

    private JsonNode mapRuns(JsonNode input) {
        String arn = input.path("executionArn").asText();
        List<MapRuns.MapRun> found = inOrder.stream()
                .flatMap(execution -> execution.mapRuns().of(arn).stream())
                .toList();
        if (found.isEmpty() && inOrder.stream().noneMatch(e -> e.mapRuns().knows(arn))) {
            throw new Refusal(400, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'");
        }
        List<JsonNode> items = new ArrayList<>();
        found.reversed()
                .forEach(run -> items.add(object().put("executionArn", arn)
                        .put("mapRunArn", run.arn())
                        .put("stateMachineArn", machineArn)
                        .put("startDate", seconds(run.startedAt()))));
        return page("mapRuns", items, input);
    }

    private MapRuns.MapRun run(JsonNode input) {
        String arn = input.path("mapRunArn").asText();
        return inOrder.stream()
                .flatMap(execution -> execution.mapRuns().byArn(arn).stream())
                .findFirst()
                .orElseThrow(() -> new Refusal(400, "ResourceNotFound", "Resource not found: '" + arn + "'"));
    }

    private JsonNode mapRun(JsonNode input) {
        MapRuns.MapRun run = run(input);
        ObjectNode json = object().put("mapRunArn", run.arn())
                .put("executionArn", run.parentArn())
                .put("status", run.status())
                .put("startDate", seconds(run.startedAt()))
                .put("maxConcurrency", 0)
                .put("toleratedFailurePercentage", 100.0)
                .put("toleratedFailureCount", 0);
        json.set("itemCounts", run.counts());
        json.set("executionCounts", run.counts());
        return json;
    }

    private static JsonNode page(String field, List<JsonNode> items, JsonNode input) {
        int from = Integer.parseInt(input.path("nextToken").asText("0"));
        int size = Math.min(PAGE, input.path("maxResults").asInt(PAGE));
        ObjectNode page = object();
        ArrayNode array = page.putArray(field);
        items.stream().skip(from).limit(size).forEach(array::add);
        if (from + size < items.size()) {
            page.put("nextToken", String.valueOf(from + size));
        }
        return page;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }

    Optional<String> status(String name) {
        return inOrder.stream()
                .filter(execution -> execution.name().equals(name))
                .map(RunningExecution::status)
                .findFirst();
    }

    int count() {
        return inOrder.size();
    }

    @Override
    public void close() {
        inOrder.forEach(RunningExecution::abort);
    }
}
