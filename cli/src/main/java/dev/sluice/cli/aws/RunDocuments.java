package dev.sluice.cli.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Action;
import dev.sluice.model.TableName;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LoadReceipt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How far a run is, as far as its documents in the lake say: each is read once, when it is first seen.
final class RunDocuments {
    /// A larger document lists so many slices that its counts are not worth the transfer.
    private static final long MAX_BYTES = 4L << 20;

    private final Documents documents;
    private final String run;
    private final Sight sight;
    private final Set<String> seen = new HashSet<>();

    RunDocuments(Documents documents, String run, Sight sight) {
        this.documents = documents;
        this.run = run;
        this.sight = sight;
    }

    void look() {
        for (ObjectStore.Stat stat : documents.store().list(Keys.run(run))) {
            if (seen.add(stat.key()) && stat.bytes() <= MAX_BYTES) {
                tell(stat.key());
            }
        }
    }

    private void tell(String key) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        if (name.equals("plan.json")) {
            documents.find(key, PlanDocument.class).ifPresent(this::planned);
        } else if (name.equals("result.json")) {
            documents
                    .find(key, TableResult.class)
                    .ifPresent(r -> sight.finished(r.target(), r.status().name()));
        } else if (name.equals("load.json")) {
            documents.find(key, LoadReceipt.class).ifPresent(receipt -> loaded(key, receipt));
        } else if (name.matches("\\d+-land\\.json")) {
            documents.find(key, LandReceipt.class).ifPresent(this::landed);
        } else if (name.matches("\\d+-failure\\.json")) {
            documents
                    .find(key, LandReceipt.SliceFailure.class)
                    .ifPresent(f -> sight.say(table(key) + ": an attempt at a batch failed: " + f.message()));
        }
    }

    private void planned(PlanDocument plan) {
        List<PlannedSlice> replaced = plan.plan().of(Action.REPLACE);
        sight.planned(
                plan.sync().target(),
                (int) plan.plan().count(Action.KEEP),
                replaced.size(),
                (int) plan.plan().count(Action.REMOVE),
                replaced.stream().mapToLong(p -> p.source().rows()).sum(),
                plan.predictedBytes());
    }

    private void landed(LandReceipt receipt) {
        sight.read(
                receipt.target(),
                receipt.slices().stream().mapToLong(s -> s.fingerprint().rows()).sum(),
                receipt.slices().stream().mapToLong(LandReceipt.Landed::bytes).sum());
    }

    private void loaded(String key, LoadReceipt receipt) {
        sight.published(
                TableName.parse(table(key)),
                receipt.replaced().size() + receipt.removed().size(),
                receipt.rows());
    }

    /// The target, as the documents beside this one name it.
    private String table(String key) {
        String segment = key.substring(Keys.run(run).length()).split("/", 2)[0];
        return documents
                .find(Keys.run(run) + segment + "/sync.json", JsonNode.class)
                .map(sync -> sync.path("target").asText())
                .orElse(segment);
    }
}
