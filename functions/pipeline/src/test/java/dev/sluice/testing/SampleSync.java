package dev.sluice.testing;

import dev.sluice.model.Consistency;
import dev.sluice.model.Detect;
import dev.sluice.model.Grain;
import dev.sluice.model.OnFailedSlice;
import dev.sluice.model.SliceBy;
import dev.sluice.model.Strategy;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import dev.sluice.model.WarehouseRecheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A table sync with the product's defaults, of which a test changes what it is about. Not thread-safe.
public final class SampleSync {
    private final Strategy strategy;
    private final SliceBy sliceBy;
    private TableName source = TableName.parse("public.sales");
    private TableName target = TableName.parse("public.sales");
    private Detect detect = Detect.FINGERPRINT;
    private Consistency consistency = Consistency.TABLE;
    private OnFailedSlice onFailedSlice = OnFailedSlice.HOLD;
    private List<String> include = List.of();
    private List<String> exclude = List.of();
    private Map<String, String> types = Map.of();
    private long maxRows = TableSync.DEFAULT_MAX_ROWS;
    private boolean skipUnchanged;
    private double maxShrink = TableSync.DEFAULT_MAX_SHRINK;
    private int recentGrains = TableSync.DEFAULT_RECENT_GRAINS;
    private int auditDays = TableSync.DEFAULT_AUDIT_DAYS;
    private WarehouseRecheck warehouseRecheck = WarehouseRecheck.ALWAYS;
    private boolean untouched = true;
    private Optional<Duration> budgetTime = Optional.empty();
    private Optional<Long> budgetBytes = Optional.empty();
    private long chunkBytes = TableSync.DEFAULT_CHUNK_BYTES;

    private SampleSync(Strategy strategy, SliceBy sliceBy) {
        this.strategy = strategy;
        this.sliceBy = sliceBy;
    }

    public static SampleSync wholesale() {
        return new SampleSync(Strategy.WHOLESALE, new SliceBy.Whole());
    }

    public static SampleSync sliced(String column) {
        return new SampleSync(Strategy.SLICED, new SliceBy.Value(column));
    }

    public static SampleSync by(SliceBy sliceBy) {
        return new SampleSync(Strategy.SLICED, sliceBy);
    }

    public static SampleSync time(String column, Grain grain) {
        return new SampleSync(Strategy.TIME_SLICED, new SliceBy.Time(column, grain, "UTC"));
    }

    public SampleSync source(String name) {
        source = TableName.parse(name);
        return this;
    }

    public SampleSync target(String name) {
        target = TableName.parse(name);
        return this;
    }

    public SampleSync detect(Detect value) {
        detect = value;
        return this;
    }

    public SampleSync consistency(Consistency value) {
        consistency = value;
        return this;
    }

    public SampleSync onFailedSlice(OnFailedSlice value) {
        onFailedSlice = value;
        return this;
    }

    public SampleSync include(String... columns) {
        include = List.of(columns);
        return this;
    }

    public SampleSync exclude(String... columns) {
        exclude = List.of(columns);
        return this;
    }

    public SampleSync types(Map<String, String> policies) {
        types = policies;
        return this;
    }

    public SampleSync maxRows(long rows) {
        maxRows = rows;
        return this;
    }

    public SampleSync skipUnchanged() {
        skipUnchanged = true;
        return this;
    }

    public SampleSync maxShrink(double fraction) {
        maxShrink = fraction;
        return this;
    }

    public SampleSync recheck(int recent, int audit) {
        recentGrains = recent;
        auditDays = audit;
        return this;
    }

    public SampleSync warehouseRecheck(WarehouseRecheck value) {
        warehouseRecheck = value;
        return this;
    }

    public SampleSync budget(Duration time, long bytes) {
        budgetTime = Optional.of(time);
        budgetBytes = Optional.of(bytes);
        return this;
    }

    public SampleSync chunkBytes(long bytes) {
        chunkBytes = bytes;
        return this;
    }

    public SampleSync untouched(boolean value) {
        untouched = value;
        return this;
    }

    public TableSync build() {
        return new TableSync(
                source,
                target,
                strategy,
                sliceBy,
                detect,
                consistency,
                onFailedSlice,
                include,
                exclude,
                types,
                maxRows,
                skipUnchanged,
                maxShrink,
                recentGrains,
                auditDays,
                warehouseRecheck,
                untouched,
                budgetTime,
                budgetBytes,
                chunkBytes);
    }
}
