package dev.sluice.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.SluiceConfig;
import dev.sluice.model.RunRequest;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectsInMemory;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LedgerMirror;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant BEGAN = NOW.minusSeconds(60);

    private final Documents documents = new Documents(new ObjectsInMemory());
    private final SluiceConfig config = SluiceConfig.parse("""
            version: 1
            source: {url: "jdbc:postgresql://h/d", user: u, password: "${env:P}"}
            lake: {url: "file:lake"}
            warehouse: {type: duckdb, path: w}
            tables:
              public.synced: {strategy: wholesale, fresh_within: 1 hour}
              public.failed: {strategy: wholesale, fresh_within: 1 hour}
              public.never: {strategy: wholesale, fresh_within: 1 hour}
              public.anyhow: {strategy: wholesale}
              "wild.*": {strategy: wholesale, fresh_within: 1 day}
            """, "sluice.yaml", Path.of("/"), name -> "x");

    @Test
    void tablesAreJudgedWhetherTheRunWasAboutThemOrNot() {
        mirror("public.synced", NOW.minus(Duration.ofDays(9)));
        mirror("public.failed", NOW.minus(Duration.ofHours(2)));
        mirror("public.anyhow", NOW.minus(Duration.ofDays(99)));
        mirror("wild.one", NOW.minus(Duration.ofHours(23)));
        mirror("wild.two", NOW.minus(Duration.ofHours(25)));
        documents.put(Keys.pendingRun("R"), Map.of("run_id", "R"));
        documents.put(Keys.publishMarker(name("wild.one")), Map.of("run_id", "R"));
        RunReport report = new RunReport(
                "R",
                RunRequest.Mode.SYNC,
                "PARTIAL",
                60,
                List.of(
                        result("public.synced", TableResult.Status.SUCCEEDED),
                        result("public.failed", TableResult.Status.FAILED)),
                Optional.empty(),
                Optional.empty());
        assertThat(new Freshness(config, documents).after(report, BEGAN, NOW))
                .containsExactlyInAnyOrder(
                        age("public.synced", Duration.ofMinutes(1), false),
                        age("public.failed", Duration.ofHours(2), true),
                        new Freshness.Age(name("public.never"), Optional.empty(), true),
                        age("public.anyhow", Duration.ofDays(99), false),
                        age("wild.one", Duration.ofHours(23), false),
                        age("wild.two", Duration.ofHours(25), true));
    }

    private void mirror(String table, Instant checkedAt) {
        documents.put(
                Keys.ledger(name(table)),
                new LedgerMirror.Mirror(name(table), 1, List.of(), Optional.empty(), Optional.of(checkedAt), Map.of()));
    }

    private static Freshness.Age age(String table, Duration lag, boolean late) {
        return new Freshness.Age(name(table), Optional.of(lag), late);
    }

    private static TableResult result(String table, TableResult.Status status) {
        return TableResult.bare(name(table), name(table), Strategy.WHOLESALE, status, "x", 1);
    }

    private static TableName name(String table) {
        return TableName.parse(table);
    }
}
