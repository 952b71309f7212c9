package dev.sluice.store;

import dev.sluice.model.Action;
import dev.sluice.model.Definition;
import dev.sluice.model.Fingerprint;
import dev.sluice.model.Grain;
import dev.sluice.model.LedgerEntry;
import dev.sluice.model.PageRange;
import dev.sluice.model.Slice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.parquet.ConvertReceipt;
import dev.sluice.plan.Batch;
import dev.sluice.plan.Pace;
import dev.sluice.plan.Pin;
import dev.sluice.plan.PlanDocument;
import dev.sluice.plan.PlannedSlice;
import dev.sluice.plan.Purpose;
import dev.sluice.plan.Reading;
import dev.sluice.plan.ShrinkGuard;
import dev.sluice.plan.TablePlan;
import dev.sluice.plan.Untouched;
import dev.sluice.raw.LandReceipt;
import dev.sluice.testing.SampleSync;
import dev.sluice.testing.SampleTable;
import dev.sluice.verify.TableResult;
import dev.sluice.warehouse.LedgerMirror;
import dev.sluice.warehouse.LoadReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One of every document that lies in the lake, with all its fields in use.
final class SampleDocuments {
    private static final String RUN = "20240331T120000Z-0a1b2c3d";
    private static final String ATTEMPT = "01HTB5Q8F4ZZZZZZZZZZZZZZZZ";
    private static final TableName TARGET = TableName.parse("retail.sales");
    private static final Instant AT = Instant.parse("2024-03-31T12:00:00.123456Z");
    private static final Slice HOSTILE = Slice.ofText("\\N \"🧀\"\n");
    private static final Fingerprint FINGERPRINT = new Fingerprint(3, -1, "record-pg14");
    private static final String SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final LandReceipt.SliceFailure FAILURE =
            new LandReceipt.SliceFailure("dev.sluice.model.UnsupportedValue", "retail.sales, slice NULL: no");

    private SampleDocuments() {}

    static Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("land-receipt", landReceipt());
        all.put("convert-receipt", convertReceipt());
        all.put("load-receipt", loadReceipt());
        all.put("table-sync", sync());
        all.put("batch", batch());
        all.put("plan", plan());
        all.put("table-result", result());
        all.put("ledger-mirror", mirror());
        all.put(
                "pace",
                new Pace(
                        Pace.FORMAT,
                        AT,
                        new Pace.Sample(1_000, 0.5),
                        Optional.of(new Pace.Sample(42, 1.25)),
                        Optional.empty(),
                        new Pace.Sample(42, 1.25)));
        return all;
    }

    static LandReceipt landReceipt() {
        return new LandReceipt(
                LandReceipt.FORMAT,
                RUN,
                TableName.parse("public.sales"),
                TARGET,
                2,
                12,
                1,
                ATTEMPT,
                Optional.of(new Batch.Chunk(1, 2, new PageRange(100, PageRange.OPEN))),
                "00112233445566778899aabbccddeeff",
                List.of(SampleTable.ID, SampleTable.TOTAL),
                Optional.of(List.of(SampleTable.ID)),
                AT,
                AT.plusSeconds(1),
                1.25,
                List.of(
                        new LandReceipt.Landed(
                                HOSTILE,
                                Keys.segment(HOSTILE),
                                FINGERPRINT,
                                42,
                                List.of(new Part("raw/retail.sales/part-00000.csv.zst", 33, SHA)),
                                Optional.empty()),
                        new LandReceipt.Landed(
                                Slice.NULL, "%5CN", Fingerprint.empty("none"), 0, List.of(), Optional.of(FAILURE))));
    }

    static ConvertReceipt convertReceipt() {
        return new ConvertReceipt(
                ConvertReceipt.FORMAT,
                RUN,
                TARGET,
                2,
                12,
                ATTEMPT,
                AT,
                0.5,
                List.of(
                        new ConvertReceipt.ConvertedSlice(
                                HOSTILE,
                                3,
                                99,
                                Map.of("total", 1L),
                                List.of(new Part("lake/retail.sales/part-00000.parquet", 99, SHA)),
                                Optional.empty()),
                        new ConvertReceipt.ConvertedSlice(
                                Slice.NULL, 0, 0, Map.of(), List.of(), Optional.of(FAILURE))));
    }

    static LoadReceipt loadReceipt() {
        return new LoadReceipt(
                LoadReceipt.FORMAT,
                RUN,
                2,
                Optional.of(AT.minusSeconds(9)),
                Optional.of(new Pace.Sample(42, 1.25)),
                AT,
                List.of(new LoadReceipt.Loaded(HOSTILE, 3, Map.of("total", 1L))),
                List.of(Slice.ofText("gone")),
                3,
                42,
                Map.of(Slice.NULL, FAILURE),
                Optional.of(FAILURE),
                List.of("01b2-query"));
    }

    static TableSync sync() {
        return SampleSync.time("sold_at", Grain.HOUR)
                .target("retail.sales")
                .exclude("rate")
                .types(Map.of("total", "text"))
                .budget(Duration.ofMinutes(20), 1 << 20)
                .build();
    }

    static Batch batch() {
        return new Batch(
                RUN,
                TableName.parse("public.sales"),
                TARGET,
                2,
                12,
                1,
                7,
                "00112233445566778899aabbccddeeff",
                Reading.Way.PASS,
                Optional.of(new Batch.Chunk(1, 2, new PageRange(100, PageRange.OPEN))),
                List.of(new Batch.Item(HOSTILE, Keys.segment(HOSTILE), FINGERPRINT, Optional.of("old receipt"))));
    }

    static PlanDocument plan() {
        TableSync sync = sync();
        PlannedSlice planned = new PlannedSlice(HOSTILE, Action.REPLACE, "rows 2 → 3", FINGERPRINT, 42, 2, true);
        return new PlanDocument(
                PlanDocument.FORMAT,
                RUN,
                Purpose.REPLAY,
                sync,
                Definition.of(sync, SampleTable.of(SampleTable.TOTAL, SampleTable.SOLD_AT, SampleTable.RATE)),
                SampleTable.sales(),
                new TablePlan(
                        sync.source(),
                        TARGET,
                        "hash",
                        true,
                        List.of(planned),
                        List.of(List.of(0)),
                        2,
                        3,
                        List.of(new Pin(HOSTILE, Optional.of("damaged"))),
                        Optional.of("refused")),
                ShrinkGuard.ofSync(sync.source(), 0.5, true),
                7,
                true,
                true,
                true,
                true,
                AT,
                0.25,
                List.of("one slice by name"),
                Optional.of(1.5),
                Optional.of(new Untouched(false, "the server is a standby")));
    }

    static TableResult result() {
        return new TableResult(
                TableName.parse("public.sales"),
                TARGET,
                Strategy.TIME_SLICED,
                TableResult.Status.PARTIAL,
                new TableResult.Slices(1, 2, 3, 4),
                5,
                6,
                7,
                8,
                Optional.of("2024-03-31"),
                Optional.of("2024-03-30"),
                9,
                11,
                10,
                1.5,
                Optional.of(new TableResult.Forecast(42, Optional.of(2.5), Optional.of(41L), Optional.of(2.25))),
                Optional.of(new TableResult.Statements(1, List.of("01b2-query"))),
                Optional.of("error"),
                List.of(new TableResult.SliceNote("NULL", "no")),
                Optional.of(List.of(new TableResult.SliceNote("A", "differs"))));
    }

    static LedgerMirror.Mirror mirror() {
        LedgerEntry entry = new LedgerEntry(
                HOSTILE, 7, RUN, Action.REPLACE, "hash", FINGERPRINT, 3, 42, 99, "raw receipt", "lake receipt", AT);
        return new LedgerMirror.Mirror(
                TARGET, 7, List.of(entry), Optional.of(AT), Optional.of(AT), Map.of(HOSTILE, AT, Slice.NULL, AT));
    }

    static List<SliceBy> everySliceBy() {
        return List.of(
                new SliceBy.Whole(),
                new SliceBy.Value("a b"),
                new SliceBy.Expression("id % 7"),
                new SliceBy.Time("sold_at", Grain.WEEK, "Europe/Berlin"));
    }
}
