package dev.sluice.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SluiceConfig;
import dev.sluice.drop.FeedResult;
import dev.sluice.lambda.Telemetry.Metric;
import dev.sluice.model.TableName;
import dev.sluice.parquet.ConvertReceipt;
import dev.sluice.run.DropReport;
import dev.sluice.run.Freshness;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.verify.TableResult;
import java.time.Duration;
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
            case "report-files" -> feeds(documents.get(Keys.report(invocation.run()), DropReport.class));
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

    private List<Metric> feeds(DropReport report) {
        List<FeedResult> feeds = report.feeds();
        List<Metric> metrics = new ArrayList<>();
        metrics.add(Metric.count(
                "FilesLoaded", feeds.stream().mapToLong(f -> f.files().loaded()).sum()));
        metrics.add(Metric.count(
                "FilesRefused",
                feeds.stream().mapToLong(f -> f.files().refused()).sum()));
        metrics.add(Metric.count(
                "RowsReceived", feeds.stream().mapToLong(FeedResult::rows).sum()));
        metrics.add(Metric.count(
                "RowsQuarantined", feeds.stream().mapToLong(FeedResult::badRows).sum()));
        metrics.add(Metric.count(
                "FeedsFailed",
                feeds.stream()
                        .filter(f -> f.status() == FeedResult.Status.FAILED)
                        .count()));
        metrics.add(Metric.count(
                "FeedsLate", feeds.stream().filter(FeedResult::late).count()));
        for (FeedResult feed : feeds) {
            feed.newestAt()
                    .ifPresent(newest -> metrics.add(Metric.seconds(
                                    "FeedLagSeconds",
                                    Duration.between(newest, now).toMillis() / 1000.0)
                            .by("Feed", feed.feed())));
        }
        return metrics;
    }

    private static long tables(RunReport report, TableResult.Status status) {
        return report.tables().stream()
                .filter(table -> table.status() == status)
                .count();
    }
}
