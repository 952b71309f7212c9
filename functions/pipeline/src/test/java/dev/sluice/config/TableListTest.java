package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.InvalidRequest;
import dev.sluice.model.TableName;
import dev.sluice.model.TableSync;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableListTest {
    private static final List<TableName> EXISTING = Stream.of(
                    "pharmacy.product", "pharmacy.audit_log", "public.tmp_1", "public.store", "other.tmp_2")
            .map(TableName::parse)
            .toList();

    @Test
    void tablesComeInTheOrderOfFirstMentionInsideAWildcardByName() {
        assertThat(settled("public.store: {strategy: wholesale}", "\"*.*\": {strategy: wholesale}"))
                .containsExactly(
                        "public.store wholesale",
                        "other.tmp_2 wholesale",
                        "pharmacy.audit_log wholesale",
                        "pharmacy.product wholesale",
                        "public.tmp_1 wholesale");
    }

    @Test
    void anExactNameWinsOverAWildcardBeforeAndAfterIt() {
        String exact = "pharmacy.product: {strategy: sliced, slice_by: x}";
        String wildcard = "pharmacy.*: {strategy: wholesale}";
        assertThat(settled(wildcard, exact)).containsExactly("pharmacy.audit_log wholesale", "pharmacy.product sliced");
        assertThat(settled(exact, wildcard)).containsExactly("pharmacy.product sliced", "pharmacy.audit_log wholesale");
    }

    @Test
    void ofTwoWildcardsTheLaterWins() {
        assertThat(settled("\"*.*\": {strategy: wholesale}", "\"*.tmp_*\": {skip: true}"))
                .containsExactly(
                        "pharmacy.audit_log wholesale", "pharmacy.product wholesale", "public.store wholesale");
    }

    @Test
    void aSkippedTableIsLeftOutOfAWildcard() {
        assertThat(settled("pharmacy.*: {strategy: wholesale}", "pharmacy.audit_log: {skip: true}"))
                .containsExactly("pharmacy.product wholesale");
    }

    @Test
    void aWildcardThatSkipsMayMatchNothing() {
        assertThat(settled("public.store: {strategy: wholesale}", "\"*.scratch_*\": {skip: true}"))
                .containsExactly("public.store wholesale");
    }

    @Test
    void aTableIsFoundWithoutAskingTheSource() {
        SluiceConfig config = Documents.parse(
                Documents.with(
                        "tables",
                        "tables:\n  public.store: {strategy: wholesale, target: shop.stores}\n  'pharmacy.*': {strategy: wholesale}\n  'tmp.*': {skip: true}"));
        assertThat(config.tablesUnseen("pharmacy.any"))
                .extracting(TableSync::target)
                .extracting(TableName::toString)
                .containsExactly("shop.stores", "pharmacy.any");
        for (String other : List.of("public.store", "shop.stores", "tmp.x", "nowhere.x", "no name", ".", "")) {
            assertThat(config.tablesUnseen(other))
                    .as(other)
                    .extracting(TableSync::target)
                    .extracting(TableName::toString)
                    .containsExactly("shop.stores");
        }
    }

    @Test
    void aStarInQuotesIsAStar() {
        String yaml = Documents.with("tables", "tables:\n  'public.\"*\"': {strategy: wholesale}");
        assertThat(Documents.parse(yaml).tables(List.of(new TableName("public", "*"), new TableName("public", "b"))))
                .extracting(TableSync::source)
                .containsExactly(new TableName("public", "*"));
    }

    @Test
    void everyEntryWithoutATableIsReportedAtOnce() {
        assertThatThrownBy(() -> settled(
                        "pharmacy.products: {strategy: wholesale}",
                        "nowhere.*: {strategy: wholesale}",
                        "public.audit: {skip: true}"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("""
                        sluice.yaml:9:3: tables.pharmacy.products: the source has no such table; did you mean `pharmacy.product`?
                        sluice.yaml:10:3: tables.nowhere.*: the source has no table that matches, or the role may not see it
                        sluice.yaml:11:3: tables.public.audit: the source has no such table, or the role may not see it: GRANT USAGE ON SCHEMA "public" and GRANT SELECT ON "public"."audit" let it""");
    }

    @Test
    void aWildcardMustNotBringTwoTablesToOneTargetNorTouchTheLedger() {
        String yaml = Documents.with(
                "tables",
                "tables:\n  \"*.*\": {strategy: wholesale}\n  a.b: {strategy: wholesale, target: PUBLIC.STORE}");
        List<TableName> existing =
                List.of(new TableName("public", "store"), new TableName("a", "b"), new TableName("sluice", "runs"));
        assertThatThrownBy(() -> Documents.parse(yaml).tables(existing))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("""
                        sluice.yaml:9:3: tables.*.*: a.b and public.store would both be written to public.store; name another with target:
                        sluice.yaml:9:3: tables.*.*: sluice.runs would be written to sluice.runs, but schema sluice belongs to the ledger; name another with target:""");
    }

    @Test
    void aConfigurationThatSkipsEverythingIsRefused() {
        assertThatThrownBy(() -> settled("\"*.*\": {skip: true}"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("sluice.yaml:9:3: tables: found no table that is kept in step; expected at least one");
    }

    @ParameterizedTest
    @CsvSource({
        "a.*, a.b, true",
        "a.*, aa.b, false",
        "*.b, a.b, true",
        "*.*, a.b, true",
        "a.pre_*, a.pre_, true",
        "a.pre_*, a.PRE_x, false",
        "a.*x*y, a.1x2x3y, true",
        "a.*x*y, a.1x2x3yz, false",
        "a.b*c.d, a.bxc.d, true",
        "a.b?, a.bx, false",
        "A.b, a.b, false",
    })
    void aWildcardStandsForAnyCharactersAndMindsCase(String pattern, String name, boolean matches) {
        assertThat(TablePattern.parse(pattern).orElseThrow().matches(TableName.parse(name)))
                .isEqualTo(matches);
    }

    @Test
    void aHostileWildcardEndsSoon() {
        TablePattern pattern = TablePattern.parse("a." + "*a".repeat(200) + "b").orElseThrow();
        assertThat(pattern.matches(new TableName("a", "a".repeat(5000)))).isFalse();
    }

    private static List<String> settled(String... entries) {
        String yaml = Documents.with("tables", "tables:\n  " + String.join("\n  ", entries));
        return Documents.parse(yaml).tables(EXISTING).stream()
                .map(sync -> sync.source() + " " + sync.strategy().word())
                .toList();
    }
}
