package dev.sluice.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.model.Failure;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.StoreUnavailable;
import dev.sluice.model.TableSync;
import dev.sluice.parquet.Convert;
import dev.sluice.plan.Batch;
import dev.sluice.plan.PlanDocument;
import dev.sluice.raw.Adopt;
import dev.sluice.raw.Land;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.warehouse.LedgerMirror;
import dev.sluice.warehouse.Load;
import java.util.List;

/// Every stage behind one door: JSON in, one call, JSON out. The functions on AWS and the local runner
/// call the same. Thread-safe.
public final class Stages {
    /// Function names, which are the stage names, in the order in which a run calls them.
    public static final List<String> NAMES =
            List.of("plan", "plan-table", "land", "convert", "load", "verify", "report");

    private final Wiring wiring;
    private final PlanRun plan;
    private final PlanTable planTable;
    private final Land land;
    private final Adopt adopt;
    private final Convert convert;
    private final LoadWave load;
    private final CloseTable verify;
    private final Report report;

    public Stages(Wiring wiring) {
        this.wiring = wiring;
        LedgerMirror mirror = new LedgerMirror(wiring.documents());
        this.plan = new PlanRun(wiring);
        this.planTable = new PlanTable(wiring, mirror);
        this.land = new Land(
                wiring.snapshots(),
                wiring.documents(),
                wiring.locks(),
                wiring.work(),
                wiring.clock(),
                wiring.progress());
        this.adopt = new Adopt(wiring.documents(), wiring.locks(), wiring.clock(), wiring.progress());
        this.convert = new Convert(
                wiring.documents(),
                wiring.locks(),
                wiring.converters(),
                wiring.work(),
                wiring.clock(),
                wiring.progress());
        this.load = new LoadWave(
                wiring,
                new Load(
                        wiring.warehouse(),
                        mirror,
                        wiring.documents(),
                        wiring.locks(),
                        wiring.clock(),
                        wiring.progress()));
        this.verify = new CloseTable(wiring, mirror);
        this.report = new Report(wiring);
    }

    /// @param function one of [#NAMES]
    /// @throws dev.sluice.model.Failure as the stage says; the state machine matches on its class name
    public JsonNode invoke(String function, JsonNode payload) {
        return switch (function) {
            case "plan" -> Json.toTree(plan.run(Json.fromTree(payload, Messages.PlanInput.class)));
            case "plan-table" -> Json.toTree(planTable.run(Json.fromTree(payload, Messages.PlanTableInput.class)));
            case "land" -> land(Json.fromTree(payload, Messages.BatchInput.class));
            case "convert" -> convert(Json.fromTree(payload, Messages.BatchInput.class));
            case "load" -> Json.toTree(load.run(Json.fromTree(payload, Messages.LoadInput.class)));
            case "verify" -> {
                String status = verify.run(Json.fromTree(payload, Messages.VerifyInput.class))
                        .status()
                        .name();
                yield JsonNodeFactory.instance.objectNode().put("status", status);
            }
            case "report" -> {
                RunReport made = report.run(Json.fromTree(payload, Messages.ReportInput.class));
                yield JsonNodeFactory.instance
                        .objectNode()
                        .put("status", made.status())
                        .put("report", Keys.report(made.runId()))
                        .put("tables", made.tables().size());
            }
            default -> throw new InvalidRequest("no such function '%s'; there are %s".formatted(function, NAMES));
        };
    }

    private JsonNode land(Messages.BatchInput input) {
        Batch batch = batch(input);
        if (batch.replays()) {
            PlanDocument document = wiring.documents().get(Keys.plan(input.runId(), input.table()), PlanDocument.class);
            return explained(input, () -> adopt.run(batch, document.definition().columns()));
        }
        TableSync sync = wiring.documents().get(Keys.sync(input.runId(), input.table()), TableSync.class);
        return explained(input, () -> land.run(sync, batch));
    }

    private JsonNode convert(Messages.BatchInput input) {
        return explained(input, () -> convert.run(batch(input)));
    }

    /// A failure leaves a word behind, so that the report of the table can say why the batch left no
    /// receipt.
    private JsonNode explained(Messages.BatchInput input, Runnable stage) {
        try {
            stage.run();
            return JsonNodeFactory.instance.objectNode();
        } catch (Failure failure) {
            if (!(failure instanceof StoreUnavailable)) {
                say(input, LandReceipt.SliceFailure.of(failure));
            }
            throw failure;
        } catch (OutOfMemoryError memory) {
            String name = memory.getClass().getName();
            String why = FailureText.of(name, String.valueOf(memory.getMessage()));
            say(input, new LandReceipt.SliceFailure(name, why));
            throw memory;
        }
    }

    /// Leaves the word behind for a stage that was given up from outside and cannot do so itself.
    public void gaveUp(String function, JsonNode payload, Failure why) {
        if (function.equals("land") || function.equals("convert")) {
            say(Json.fromTree(payload, Messages.BatchInput.class), LandReceipt.SliceFailure.of(why));
        }
    }

    private void say(Messages.BatchInput input, LandReceipt.SliceFailure failure) {
        wiring.documents().put(Keys.batchFailure(input.runId(), input.table(), input.wave(), input.batch()), failure);
    }

    private Batch batch(Messages.BatchInput input) {
        return wiring.documents()
                .get(Keys.batch(input.runId(), input.table(), input.wave(), input.batch()), Batch.class);
    }
}
