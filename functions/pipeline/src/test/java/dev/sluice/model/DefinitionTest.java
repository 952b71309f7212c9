package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.SampleSync;
import dev.sluice.testing.SampleTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DefinitionTest {
    private static final SourceTable SALES = SampleTable.sales();
    private static final SourceTable WITH_RATE =
            SampleTable.of(SampleTable.ID, SampleTable.CODE, SampleTable.TOTAL, SampleTable.SOLD_AT, SampleTable.RATE);

    @Test
    void columnsAreCarriedInTheOrderOfTheSource() {
        assertThat(columns(SampleSync.wholesale())).containsExactly("id", "postal_code", "total", "sold_at");
        assertThat(columns(SampleSync.wholesale().include("total", "id"))).containsExactly("id", "total");
        assertThat(columns(SampleSync.wholesale().exclude("total"))).containsExactly("id", "postal_code", "sold_at");
    }

    @Test
    void aSliceColumnNeedNotBeCarried() {
        assertThat(columns(SampleSync.sliced("postal_code").exclude("postal_code")))
                .containsExactly("id", "total", "sold_at");
    }

    @Test
    void theHashIsTheSameForTheSameDefinition() {
        assertThat(hash(SampleSync.sliced("postal_code"), SALES))
                .matches("[0-9a-f]{32}")
                .isEqualTo(hash(SampleSync.sliced("postal_code"), SALES));
    }

    @Test
    void everythingThatDecidesWhatASliceIsOrHowItArrivesChangesTheHash() {
        Map<String, String> hashes = new LinkedHashMap<>();
        hashes.put("as it is", hash(SampleSync.sliced("postal_code"), SALES));
        hashes.put("strategy", hash(SampleSync.wholesale(), SALES));
        hashes.put("slice_by", hash(SampleSync.sliced("id"), SALES));
        hashes.put("expression", hash(SampleSync.by(new SliceBy.Expression("postal_code")), SALES));
        hashes.put("day", hash(SampleSync.time("sold_at", Grain.DAY), SALES));
        hashes.put("hour", hash(SampleSync.time("sold_at", Grain.HOUR), SALES));
        SliceBy zoned = new SliceBy.Time("sold_at", Grain.DAY, "Europe/Berlin");
        hashes.put("timezone", hash(SampleSync.by(zoned), SALES));
        hashes.put("columns", hash(SampleSync.sliced("postal_code").exclude("total"), SALES));
        hashes.put("policy", hash(SampleSync.sliced("postal_code").types(Map.of("total", "text")), SALES));
        hashes.put("scale", hash(SampleSync.sliced("postal_code").types(Map.of("total", "numeric(38,9)")), SALES));
        Column total = SampleTable.TOTAL;
        hashes.put(
                "attnum", hashWith(SampleTable.column(4, "total", total.type(), total.sourceType(), total.baseType())));
        hashes.put("name", hashWith(SampleTable.column(3, "sum", total.type(), total.sourceType(), total.baseType())));
        hashes.put(
                "type",
                hashWith(SampleTable.column(3, "total", new ColumnType.Decimal(13, 2), "numeric(13,2)", "numeric")));
        hashes.put(
                "identity, as of a collation or enum labels",
                hashWith(new Column(
                        3, "total", total.type(), total.sourceType(), total.baseType(), false, true, "other")));
        Column added = SampleTable.column(7, "more", new ColumnType.Text(), "text", "text");
        hashes.put("another column", hashWith(total, added));
        assertThat(new TreeSet<>(hashes.values())).as("%s", hashes).hasSameSizeAs(hashes.keySet());
    }

    @Test
    void theSliceColumnDecidesEvenIfItIsNotCarried() {
        SampleSync sync = SampleSync.sliced("postal_code").exclude("postal_code");
        Column other = SampleTable.column(2, "postal_code", new ColumnType.Text(), "varchar(9)", "varchar");
        assertThat(hash(sync, SampleTable.of(SampleTable.ID, SampleTable.CODE)))
                .isNotEqualTo(hash(sync, SampleTable.of(SampleTable.ID, other)));
    }

    @Test
    void whatDecidesNothingLeavesTheHashAlone() {
        String hash = hash(SampleSync.sliced("postal_code"), SALES);
        SampleSync other = SampleSync.sliced("postal_code")
                .target("elsewhere.sales")
                .detect(Detect.CARDINALITY)
                .consistency(Consistency.SLICE)
                .onFailedSlice(OnFailedSlice.PUBLISH_REST)
                .include("sold_at", "total", "postal_code", "id")
                .maxRows(1)
                .skipUnchanged()
                .maxShrink(0.1)
                .recheck(1, 2)
                .warehouseRecheck(WarehouseRecheck.NEVER)
                .budget(Duration.ofMinutes(1), 5)
                .chunkBytes(7);
        SourceTable larger = new SourceTable(SALES.name(), SALES.columns(), 5, 7, true, true);
        assertThat(hash(other, larger)).isEqualTo(hash);
        Column notNull = new Column(1, "id", SampleTable.ID.type(), "bigint", "int8", true, true, "id bigint");
        assertThat(hash(
                        SampleSync.sliced("postal_code"),
                        SampleTable.of(notNull, SampleTable.CODE, SampleTable.TOTAL, SampleTable.SOLD_AT)))
                .isEqualTo(hash);
        // A column that is not carried may come and go.
        assertThat(hash(SampleSync.sliced("postal_code").exclude("rate"), WITH_RATE))
                .isEqualTo(hash);
    }

    @Test
    void partsOfTheHashDoNotRunIntoEachOther() {
        Column x = new Column(1, "a", new ColumnType.Text(), "text", "text", false, true, "x");
        Column y = new Column(2, "b", new ColumnType.Text(), "text", "text", false, true, "y");
        Column both = new Column(1, "a", new ColumnType.Text(), "text", "text", false, true, "x Text[]2 y");
        assertThat(hash(SampleSync.wholesale(), SampleTable.of(x, y)))
                .isNotEqualTo(hash(SampleSync.wholesale(), SampleTable.of(both)));
    }

    @Test
    void aColumnThatTheSourceLacksIsRefusedWhereverItIsNamed() {
        for (SampleSync sync : List.of(
                SampleSync.wholesale().include("nme"),
                SampleSync.wholesale().exclude("nme"),
                SampleSync.wholesale().types(Map.of("nme", "text")),
                SampleSync.sliced("nme"),
                SampleSync.time("nme", Grain.DAY))) {
            assertThatThrownBy(() -> Definition.of(sync.build(), SALES))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessage("public.sales: the source has no column 'nme'; it has id, postal_code, total, sold_at");
        }
    }

    @Test
    void timeSlicesNeedATime() {
        assertThatThrownBy(() -> Definition.of(SampleSync.time("id", Grain.DAY).build(), SALES))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("slice_by column id is int8");
    }

    @Test
    void typesThatAreNotCarriedAreRefusedTogetherWithTheWaysOut() {
        Column span = SampleTable.column(9, "span", new ColumnType.Unsupported("months"), "interval", "interval");
        SourceTable table = SampleTable.of(SampleTable.ID, SampleTable.RATE, span);
        assertThatThrownBy(() -> Definition.of(SampleSync.wholesale().build(), table))
                .isInstanceOf(UnsupportedValue.class)
                .hasMessageContainingAll(
                        "rate numeric (numeric without precision holds anything)",
                        "span interval (months)",
                        "columns: [-name]",
                        "types: {name: text}");
        SampleSync ways = SampleSync.wholesale().exclude("span").types(Map.of("rate", "numeric(38, 9)"));
        assertThat(Definition.of(ways.build(), table).columns())
                .extracting(Column::type)
                .containsExactly(new ColumnType.Int64(), new ColumnType.Decimal(38, 9));
    }

    @Test
    void aPolicyIsTextOrANumberForANumber() {
        assertThat(Definition.of(
                                SampleSync.wholesale()
                                        .types(Map.of("id", "numeric(20,0)", "sold_at", "text"))
                                        .build(),
                                SALES)
                        .columns())
                .extracting(Column::type)
                .contains(new ColumnType.Decimal(20, 0), new ColumnType.Text());
        for (Map<String, String> policy : List.of(
                Map.of("total", "varchar"),
                Map.of("total", "numeric"),
                Map.of("total", "numeric(39,0)"),
                Map.of("total", "numeric(5,6)"),
                Map.of("postal_code", "numeric(5,2)"))) {
            assertThatThrownBy(() ->
                            Definition.of(SampleSync.wholesale().types(policy).build(), SALES))
                    .as("%s", policy)
                    .isInstanceOf(InvalidRequest.class);
        }
    }

    @Test
    void aTableWithoutColumnsToCarryIsRefused() {
        assertThatThrownBy(() -> Definition.of(
                        SampleSync.wholesale()
                                .exclude("id", "postal_code", "total", "sold_at")
                                .build(),
                        SALES))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("no column is left");
    }

    @Test
    void namesOfSluicesOwnColumnsAreTaken() {
        Column taken = SampleTable.column(9, "_sluice_run", new ColumnType.Text(), "text", "text");
        SourceTable table = SampleTable.of(SampleTable.ID, taken);
        assertThatThrownBy(() -> Definition.of(SampleSync.wholesale().build(), table))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("columns: [-_sluice_run]");
        assertThat(Definition.of(SampleSync.wholesale().exclude("_sluice_run").build(), table)
                        .columns())
                .hasSize(1);
    }

    private static List<String> columns(SampleSync sync) {
        return Definition.of(sync.build(), SALES).columns().stream()
                .map(Column::name)
                .toList();
    }

    private static String hash(SampleSync sync, SourceTable table) {
        return Definition.of(sync.build(), table).hash();
    }

    private static String hashWith(Column... instead) {
        List<Column> columns = new java.util.ArrayList<>(List.of(SampleTable.ID, SampleTable.CODE));
        columns.addAll(List.of(instead));
        columns.add(SampleTable.SOLD_AT);
        return hash(SampleSync.sliced("postal_code"), SampleTable.of(columns.toArray(Column[]::new)));
    }
}
