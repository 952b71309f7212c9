package dev.sluice.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SluiceConfig;
import dev.sluice.lambda.Telemetry.Metric;
import dev.sluice.model.TableName;
import dev.sluice.parquet.ConvertReceipt;
import dev.sluice.run.Freshness;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.verify.TableResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What each stage tells when it has ended well; infra/README.md has the table, and alarms look at it.
record StageMetrics(SluiceConfig config, Documents documents, Measured measured, Instant now) {
    List<Metric> of(Invocation invocation) {
        return switch (invocation.stage()) {
            case "plan-table" -> List.of(Metric.count("SlicesDrifted", measured.drifted.get()));
            case "land" ->
                List.of(
                        Metric.count("RowsLanded", measured.rows.get()),
                        Metric.bytes("BytesLanded", measured.bytes.get()));
            case "convert" -> List.of(Metric.bytes("ParquetBytes", parquetBytes(invocation)));
            case "verify" -> slices(invocation);
            case "report" -> run(invocation);
            default -> List.of();
        };
    }

    private long parquetBytes(Invocation invocation) {
        JsonNode batch = invocation.payload();
        String key = Keys.receipt(
                invocation.run(),
                TableName.parse(invocation.table()),
                batch.path("wave").intValue(),
                batch.path("batch").intValue(),
                ConvertReceipt.STAGE);
        return documents.find(key, ConvertReceipt.class).stream()
                .flatMap(receipt -> receipt.slices().stream())
                .mapToLong(ConvertReceipt.ConvertedSlice::bytes)
                .sum();
    }

    private List<Metric> slices(Invocation invocation) {
        TableResult.Slices slices = documents
                .find(Keys.result(invocation.run(), TableName.parse(invocation.table())), TableResult.class)
                .map(TableResult::slices)
                .orElse(TableResult.Slices.NONE);
        return List.of(
                Metric.count("SlicesReplaced", slices.replaced()),
                Metric.count("SlicesRemoved", slices.removed()),
                Metric.count("SlicesKept", slices.kept()),
                Metric.count("SlicesFailed", slices.failed()));
    }

    private List<Metric> run(Invocation invocation) {
        RunReport report = documents.get(Keys.report(invocation.run()), RunReport.class);
        List<Metric> metrics = new ArrayList<>();
        metrics.add(Metric.count("RunsSucceeded", report.status().equals("SUCCEEDED") ? 1 : 0));
        metrics.add(Metric.count("RunsPartial", report.status().equals("PARTIAL") ? 1 : 0));
        metrics.add(Metric.count("RunsFailed", report.status().equals("FAILED") ? 1 : 0));
        metrics.add(Metric.seconds("RunSeconds", report.seconds()));
        metrics.add(Metric.count("TablesFailed", tables(report, TableResult.Status.FAILED)));
        metrics.add(Metric.count("TablesDeferred", tables(report, TableResult.Status.DEFERRED)));
        Instant startedAt =
                Instant.parse(invocation.payload().path("started_at").asText());
        List<Freshness.Age> ages = new Freshness(config, documents).after(report, startedAt, now);
        metrics.add(Metric.count(
                "TablesLate", ages.stream().filter(Freshness.Age::late).count()));
        for (Freshness.Age age : ages) {
            age.lag()
                    .ifPresent(lag -> metrics.add(Metric.seconds("FreshnessLagSeconds", lag.toMillis() / 1000.0)
                            .by("Table", age.target().toString())));
        }
        return metrics;
    }

    private static long tables(RunReport report, TableResult.Status status) {
        return report.tables().stream()
                .filter(table -> table.status() == status)
                .count();
    }
}
