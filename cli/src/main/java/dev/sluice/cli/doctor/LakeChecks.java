package dev.sluice.cli.doctor;

import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Ulid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Writes, reads, lists and deletes one small object, and sees whether conditional writes hold: receipts
/// and locks rest on them.
final class LakeChecks {
    private static final String CHECK = "lake";

    private final Findings findings;
    private final ObjectStore store;

    LakeChecks(Findings findings, ObjectStore store) {
        this.findings = findings;
        this.store = store;
    }

    void check(String place) {
        String key = Keys.run("doctor-" + Ulid.at(Instant.now())) + "probe.json";
        String rights = "the role needs to read, write, list and delete objects under " + place;
        Optional<String> wrong = findings.ask(CHECK, rights, () -> {
            try {
                return probe(key);
            } finally {
                store.delete(List.of(key));
            }
        });
        if (wrong.isEmpty()) {
            return;
        }
        boolean stays =
                findings.ask(CHECK, rights, () -> store.stat(key).isPresent()).orElse(false);
        if (stays) {
            findings.fail(CHECK, "an object that was deleted is still there: " + key, "delete it; " + rights);
        } else if (!wrong.get().isEmpty()) {
            findings.fail(
                    CHECK,
                    wrong.get(),
                    "use a store that keeps S3's promises (If-None-Match and If-Match on PUT, lists that are up to date)");
        } else {
            findings.ok(CHECK, place + ": objects can be written, read, listed and deleted; conditional writes hold");
        }
    }

    /// What is wrong; empty if nothing is.
    private String probe(String key) {
        if (!store.writeIfAbsent(key, "{\"probe\":1}")) {
            return "a conditional write of a new key was refused";
        }
        Optional<ObjectStore.Content> content = store.read(key);
        if (content.isEmpty() || !content.get().text().equals("{\"probe\":1}")) {
            return "an object that was written is not read back as it was";
        }
        if (store.writeIfAbsent(key, "{\"probe\":2}")) {
            return "conditional writes do not hold: If-None-Match let a second write through";
        }
        if (store.list(key).stream().noneMatch(stat -> stat.key().equals(key))) {
            return "an object that was written is not listed";
        }
        Optional<String> replaced =
                store.replace(key, "{\"probe\":3}", content.get().etag());
        if (replaced.isEmpty()) {
            return "a write on condition of the entity tag (If-Match) was refused";
        }
        if (store.replace(key, "{\"probe\":4}", content.get().etag()).isPresent()) {
            return "conditional writes do not hold: If-Match let a write with an old entity tag through";
        }
        return "";
    }
}
