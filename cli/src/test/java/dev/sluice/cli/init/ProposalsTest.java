package dev.sluice.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.SourceTable;
import dev.sluice.model.TableName;
import dev.sluice.source.TableProfile;
import dev.sluice.source.TableProfile.ColumnProfile;
import dev.sluice.source.TableProfile.Index;
import dev.sluice.source.TableProfile.Method;
import dev.sluice.source.TableProfile.Partitioning;
import dev.sluice.source.TableProfile.Range;
import dev.sluice.source.TableRights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/// The rules of docs/first-mile.md, as tables: facts on the left, proposal on the right.
class ProposalsTest {
    private static final double M = 1e6;
    private static final double YEAR = 365.25 * 86_400;

    /// A table in the making.
    private static final class Shape {
        final List<Column> columns = new ArrayList<>();
        final Map<String, ColumnProfile> statistics = new HashMap<>();
        final List<Index> indexes = new ArrayList<>();
        final List<String> references = new ArrayList<>();
        final Map<String, Range> ranges = new HashMap<>();
        Optional<Partitioning> partitioned = Optional.empty();
        final double rows;
        final double bytes;
        boolean readable = true;
        boolean rowSecurity;

        Shape(double rows, double bytes) {
            this.rows = rows;
            this.bytes = bytes;
        }

        Shape column(String name, String type, boolean notNull) {
            ColumnType carried = switch (type) {
                case "int4" -> new ColumnType.Int32();
                case "int8" -> new ColumnType.Int64();
                case "date" -> new ColumnType.Date();
                case "timestamptz" -> new ColumnType.TimestampTz();
                case "uuid" -> new ColumnType.Uuid();
                case "interval" -> new ColumnType.Unsupported("no common type");
                default -> new ColumnType.Text();
            };
            columns.add(new Column(columns.size() + 1, name, carried, type, type, notNull, true, name));
            return this;
        }

        Shape statistics(String name, double distinct, double nulls, double greatest, double correlation) {
            statistics.put(
                    name,
                    new ColumnProfile(distinct, nulls, greatest, OptionalDouble.of(correlation), Optional.empty()));
            return this;
        }

        /// NOT NULL, appended in time.
        Shape time(String name, double span) {
            column(name, "timestamptz", true);
            statistics.put(
                    name, new ColumnProfile(rows, 0, 0, OptionalDouble.of(1), Optional.of(new Range(1e9, 1e9 + span))));
            return this;
        }

        Shape value(String name, double distinct, double nulls, double greatest) {
            return column(name, "text", nulls == 0).statistics(name, distinct, nulls, greatest, 0);
        }

        Shape key(String name) {
            column(name, "int8", true);
            statistics.put(
                    name, new ColumnProfile(rows, 0, 0, OptionalDouble.of(0.1), Optional.of(new Range(1, rows))));
            indexes.add(new Index(List.of(name), true));
            return this;
        }

        Shape index(String... names) {
            indexes.add(new Index(List.of(names), false));
            return this;
        }

        Shape partitions(Method method, String column, Duration... step) {
            partitioned = Optional.of(new Partitioning(
                    method, List.of(column), 12, List.of(step).stream().findFirst()));
            return this;
        }

        Proposal propose() {
            TableName name = new TableName("public", "t");
            return Proposals.of(
                    new TableFacts(
                            new TableRights(name, true, readable, readable),
                            new SourceTable(name, columns, rows, (long) bytes, false, rowSecurity),
                            new TableProfile(name, statistics, indexes, references, ranges, partitioned)),
                    "reader");
        }

        /// `strategy`, and what it cuts by.
        String outcome() {
            Proposal proposal = propose();
            return proposal.strategy().map(s -> s.word()).orElse("left out")
                    + proposal.sliceBy()
                            .map(cut -> " by "
                                    + switch (cut) {
                                        case Proposal.Cut.Column(String column) -> column;
                                        case Proposal.Cut.Expression(String sql) -> "(" + sql + ")";
                                    })
                            .orElse("")
                    + proposal.grain().map(g -> " " + g.word()).orElse("");
        }

        String words() {
            Proposal proposal = propose();
            return String.join("; ", proposal.because()) + " → " + String.join("; ", proposal.toDo());
        }
    }

    private static Shape shape(double rows, double bytes) {
        return new Shape(rows, bytes);
    }

    private static Shape big() {
        return shape(20 * M, 5e9);
    }

    @Test
    void smallTablesAreRecreatedWhole() {
        assertThat(shape(0, 0).key("id").outcome()).isEqualTo("wholesale");
        assertThat(shape(1 * M, 900 * M).time("created_at", YEAR).outcome()).isEqualTo("wholesale");
        assertThat(shape(9 * M, 100 * M).time("created_at", YEAR).outcome()).isEqualTo("wholesale");
        assertThat(shape(1.1 * M, 101 * M).time("created_at", YEAR).outcome()).startsWith("time-sliced");
        assertThat(shape(10.1 * M, 90 * M).time("created_at", YEAR).outcome()).startsWith("time-sliced");
        assertThat(shape(0.5 * M, 2000 * M).time("created_at", YEAR).outcome()).startsWith("time-sliced");
    }

    @Test
    void aTimeThatRowsWereAppendedInCutsTheTableByAGrainOfBearableSlices() {
        assertThat(big().key("id").time("created_at", 2 * YEAR).outcome()).isEqualTo("time-sliced by created_at day");
        assertThat(big().time("created_at", YEAR / 40).outcome()).isEqualTo("time-sliced by created_at hour");
        assertThat(big().time("created_at", 10 * YEAR).outcome()).isEqualTo("time-sliced by created_at month");
        assertThat(big().time("created_at", 300 * YEAR).outcome()).isEqualTo("time-sliced by created_at year");
        assertThat(shape(90_000 * M, 9e12).time("created_at", 20 * YEAR).outcome())
                .as("more than 50 000 hours")
                .isEqualTo("time-sliced by created_at day");
        assertThat(big().time("created_at", 2 * YEAR).words())
                .contains("about 27 k rows a day over 731 days", "correlation 1.00", "never NULL");
    }

    @Test
    void aTimeThatMovesOrIsMissingOrUnorderedDoesNotCut() {
        for (String moving :
                List.of("updated_at", "lastModified", "birth_date", "valid_to", "expires_on", "end_date")) {
            assertThat(big().time(moving, YEAR).key("id").outcome()).as(moving).startsWith("sliced by (id / ");
        }
        for (String kept : List.of("calendar_date", "vendor_time", "attended_at", "ts")) {
            assertThat(big().time(kept, YEAR).outcome()).as(kept).startsWith("time-sliced by " + kept);
        }
        assertThat(big().key("id")
                        .column("sold_at", "timestamptz", true)
                        .statistics("sold_at", 20 * M, 0, 0, 0.2)
                        .outcome())
                .startsWith("sliced by (id / ");
        Shape nulls = big().key("id").column("sold_at", "timestamptz", false);
        assertThat(nulls.statistics("sold_at", 20 * M, 0.02, 0, 1).outcome()).startsWith("sliced by (id / ");
        assertThat(nulls.statistics("sold_at", 20 * M, 0.005, 0, 1).outcome()).startsWith("time-sliced by sold_at");
        assertThat(nulls.words()).contains("NULL in 0.5 % of the rows");
    }

    @Test
    void ofSeveralTimesTheKeyOfPartitionsThenTheIndexedThenTheNamedWins() {
        Shape two = big().time("a", YEAR).time("created_at", YEAR);
        assertThat(two.outcome()).contains("created_at");
        assertThat(two.index("a", "b").outcome()).contains("by a ");
        assertThat(two.partitions(Method.RANGE, "created_at", Duration.ofDays(31))
                        .outcome())
                .isEqualTo("time-sliced by created_at day");
    }

    @Test
    void theGrainIsThatOfThePartitionsIfTheirSlicesAreBearable() {
        for (Map.Entry<Duration, String> step : Map.of(
                        Duration.ofHours(1), "hour",
                        Duration.ofDays(1), "day",
                        Duration.ofDays(7), "week",
                        Duration.ofDays(28), "month",
                        Duration.ofDays(91), "month",
                        Duration.ofDays(366), "year")
                .entrySet()) {
            assertThat(big().column("at", "date", false)
                            .partitions(Method.RANGE, "at", step.getKey())
                            .outcome())
                    .as("without statistics, %s", step.getKey())
                    .isEqualTo("time-sliced by at " + step.getValue());
        }
        assertThat(big().time("at", 10 * YEAR)
                        .partitions(Method.RANGE, "at", Duration.ofDays(7))
                        .outcome())
                .isEqualTo("time-sliced by at week");
    }

    @Test
    void aValueThatIsNeitherRareNorCommonCutsTheTable() {
        assertThat(big().key("id").value("shop", 20, 0, 0.3).outcome()).isEqualTo("sliced by shop");
        assertThat(big().key("id").value("shop", 50_000, 0.05, 0).outcome()).isEqualTo("sliced by shop");
        assertThat(big().key("id").value("shop", 19, 0, 0.2).outcome()).isEqualTo("sliced by (id / 100000)");
        assertThat(big().key("id").value("shop", 50_001, 0, 0).outcome()).isEqualTo("sliced by (id / 100000)");
        assertThat(big().key("id").value("shop", 500, 0, 0.31).outcome()).isEqualTo("sliced by (id / 100000)");
        assertThat(big().key("id").value("shop", 500, 0.06, 0).outcome()).isEqualTo("sliced by (id / 100000)");
        assertThat(big().column("u", "uuid", true).statistics("u", 500, 0, 0, 0).outcome())
                .isEqualTo("left out");
        assertThat(big().value("shop", 500, 0, 0.1).words())
                .contains("shop has 500 values, about 40 k rows each, the greatest has 10 %, not indexed");
    }

    @Test
    void ofSeveralValuesTheIndexedThenTheReferenceThenTheUsualPlaceWins() {
        Shape three =
                big().value("colour", 500, 0, 0).value("store_id", 500, 0, 0).value("x", 500, 0, 0);
        assertThat(three.outcome()).isEqualTo("sliced by store_id");
        three.index("x");
        assertThat(three.outcome()).isEqualTo("sliced by x");
        Shape reference = big().value("colour", 500, 0, 0).value("x", 500, 0, 0);
        reference.references.add("x");
        assertThat(reference.outcome()).isEqualTo("sliced by x");
        assertThat(big().value("few", 3, 0, 0.6)
                        .value("store_id", 500, 0, 0)
                        .partitions(Method.LIST, "few")
                        .outcome())
                .as("the key of list partitions")
                .isEqualTo("sliced by few");
    }

    @Test
    void bucketsOfAKeyHoldAboutAHundredThousandRows() {
        assertThat(big().key("id").outcome()).isEqualTo("sliced by (id / 100000)");
        Shape sparse = big().column("Key", "int8", true);
        sparse.indexes.add(new Index(List.of("Key"), true));
        sparse.ranges.put("Key", new Range(0, 20 * M * 30));
        assertThat(sparse.outcome()).isEqualTo("sliced by (\"Key\" / 5000000)");
        assertThat(shape(90_000 * M, 9e12).key("id").outcome())
                .as("at most 50 000 slices")
                .isEqualTo("sliced by (id / 2000000)");
    }

    @Test
    void whatCannotBeCutIsRecreatedWholeUpToMaxRowsAndAboveThatLeftToDecide() {
        assertThat(shape(9 * M, 3e9).column("u", "uuid", true).outcome()).isEqualTo("wholesale");
        assertThat(shape(9 * M, 3e9).column("u", "uuid", true).words()).contains("a slice_by would save work");
        assertThat(shape(11 * M, 3e9).column("u", "uuid", true).outcome()).isEqualTo("left out");
        assertThat(shape(11 * M, 3e9).column("u", "uuid", true).words())
                .contains("too large to be recreated whole (max_rows: 10000000)", "decide on slice_by");
    }

    @Test
    void aTableThatWasNeverAnalysedIsJudgedByItsSizeAndItsIndexesAndSaysSo() {
        assertThat(shape(-1, 50 * M).key("id").outcome()).isEqualTo("wholesale");
        assertThat(shape(-1, 50 * M).key("id").words())
                .contains("never analysed")
                .doesNotContain("ANALYZE");
        Shape indexed = shape(-1, 4e9).column("at", "timestamptz", true).index("at");
        assertThat(indexed.outcome()).isEqualTo("time-sliced by at day");
        assertThat(indexed.words()).contains("never analysed: run ANALYZE \"public\".\"t\"", "the grain is a guess");
        indexed.ranges.put("at", new Range(0, 40 * YEAR));
        assertThat(indexed.outcome()).isEqualTo("time-sliced by at month");
        assertThat(shape(-1, 4e9).column("sold_at", "timestamptz", true).outcome())
                .isEqualTo("time-sliced by sold_at day");
        assertThat(shape(-1, 4e9).column("sold_at", "timestamptz", false).outcome())
                .isEqualTo("left out");
        assertThat(shape(20 * M, 4e9).column("u", "uuid", true).words())
                .contains("no statistics of its columns: run ANALYZE");
    }

    @Test
    void whatCannotBeReadIsLeftOutWithTheWayIn() {
        Shape secret = big().key("id");
        secret.readable = false;
        assertThat(secret.outcome()).isEqualTo("left out");
        assertThat(secret.words())
                .contains("role reader may not read it")
                .contains(
                        "GRANT USAGE ON SCHEMA \"public\" TO \"reader\"; GRANT SELECT ON \"public\".\"t\" TO \"reader\";");
        Shape hidden = big().key("id");
        hidden.rowSecurity = true;
        assertThat(hidden.outcome()).isEqualTo("left out");
        assertThat(hidden.words()).contains("ALTER ROLE \"reader\" BYPASSRLS");
        assertThat(shape(0, 0).outcome()).isEqualTo("left out");
    }

    @Test
    void columnsThatAreNotCarriedByThemselvesGetAPolicyOrAreLeftOut() {
        Proposal proposal = shape(5, 5)
                .column("took", "interval", false)
                .column("Id", "int4", true)
                .column("iD", "interval", true)
                .column("_sluice_run", "text", true)
                .propose();
        assertThat(proposal.types())
                .containsExactly(Map.entry("took", new Proposal.Policy("text", "interval: no common type")));
        assertThat(proposal.exclude()).containsExactly("iD", "_sluice_run");
    }
}
