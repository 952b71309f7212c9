package dev.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.RunRequest;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.verify.TableResult;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice plan`.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows what a sync would move and why. Changes nothing.",
        footer = "Exit code 3 if there is something to do, 0 if not.")
final class PlanCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Mixin
    private final PlaceOfRun place = new PlaceOfRun();

    @Mixin
    private final TableChoice tables = new TableChoice();

    @Option(names = "--full", description = "As if every slice were to be replaced.")
    private boolean full;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        RunRequest request =
                new RunRequest(tables.words(), full, Optional.empty(), List.of(), RunRequest.Mode.PLAN, false, "cli");
        PrintWriter out = spec.commandLine().getOut();
        return RunCommands.run(options, place, request, spec.commandLine().getErr(), (documents, report) -> {
            Map<String, PlanDocument> plans = plans(documents, report);
            if (options.json()) {
                out.println(Json.write(json(report, plans)));
            } else {
                Printed.plan(report, plans, out);
            }
            if (place.here()) {
                forget(documents, report);
            }
            int code = RunCommands.exitCode(report);
            boolean todo = plans.values().stream().anyMatch(p -> !p.plan().nothingToDo());
            return code == Sluice.OK && todo ? Sluice.DIFFERENCES : code;
        });
    }

    /// A plan that somebody only looked at leaves nothing behind.
    private static void forget(Documents documents, RunReport report) {
        documents
                .store()
                .delete(documents.store().list(Keys.run(report.runId())).stream()
                        .map(ObjectStore.Stat::key)
                        .toList());
    }

    private static Map<String, PlanDocument> plans(Documents documents, RunReport report) {
        Map<String, PlanDocument> plans = new HashMap<>();
        for (TableResult table : report.tables()) {
            documents
                    .find(Keys.plan(report.runId(), table.target()), PlanDocument.class)
                    .ifPresent(plan -> plans.put(table.target().toString(), plan));
        }
        return plans;
    }

    /// The report with `actions` per table.
    private static JsonNode json(RunReport report, Map<String, PlanDocument> plans) {
        ObjectNode json = (ObjectNode) Json.toTree(report);
        for (JsonNode table : json.withArray("tables")) {
            PlanDocument plan = plans.get(table.path("target").asText());
            ArrayNode actions = ((ObjectNode) table).putArray("actions");
            if (plan != null) {
                plan.readings().forEach(((ObjectNode) table).putArray("readings")::add);
                plan.untouched().ifPresent(u -> ((ObjectNode) table).set("untouched", Json.toTree(u)));
                for (PlannedSlice slice : plan.plan().actions()) {
                    actions.addObject()
                            .put("slice", slice.slice().encoded())
                            .put("action", slice.action().word())
                            .put("reason", slice.reason())
                            .put("rows", slice.source().rows())
                            .put("bytes", slice.bytes());
                }
            }
        }
        return json;
    }
}
