package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPatternTest {
    private static final KeyPattern POS = new KeyPattern("drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz");

    @Test
    void namedPartsAreWhatStandsInTheKey() {
        assertThat(POS.match("drops/pos/M3C-17/2024-02-29/till 4.jsonl.gz"))
                .contains(Map.of("store", "M3C-17", "date", "2024-02-29"));
        assertThat(POS.prefix()).isEqualTo("drops/pos/");
        assertThat(POS.names()).containsExactly("store", "date");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drops/pos/17/2024-02-29/a.jsonl",
                "drops/pos/17/2024-02-29/more/a.jsonl.gz",
                "drops/pos/17/2023-02-29/a.jsonl.gz",
                "drops/pos/17/2024-2-29/a.jsonl.gz",
                "drops/pos//2024-02-29/a.jsonl.gz",
                "drops/POS/17/2024-02-29/a.jsonl.gz",
                "x/drops/pos/17/2024-02-29/a.jsonl.gz",
                "drops/pos/17/2024-02-29/",
                "drops/pos/",
                ""
            })
    void aKeyThatDiffersInAnyPieceDoesNotMatch(String key) {
        assertThat(POS.match(key)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "drops/*.csv, drops/a.csv, true",
        "drops/*.csv, drops/.csv, true",
        "drops/*.csv, drops/a/b.csv, false",
        "drops/**.csv, drops/a/b.csv, true",
        "drops/**/x.csv, drops/a/b/x.csv, true",
        "drops/a.csv, drops/a.csv, true",
        "drops/a.csv, drops/aXcsv, false",
        "drops/(a|b)+$.csv, drops/(a|b)+$.csv, true",
        "drops/**, drops/a/, false",
        "drops/İ*, drops/i, false"
    })
    void starsStopAtSlashesUnlessThereAreTwoAndAllElseIsLiteral(String pattern, String key, boolean matches) {
        assertThat(new KeyPattern(pattern).match(key).isPresent()).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "d/{day:yyyyMMdd}.csv, d/20240331.csv, 2024-03-31",
        "d/{day:dd.MM.yyyy}.csv, d/31.03.2024.csv, 2024-03-31",
        "d/{day:yyyy-MM-ddTHHmm}.csv, d/2024-03-31T2359.csv, 2024-03-31 23:59:00",
        "d/{day:yyyyMMdd_HHmmss}.csv, d/20240331_235958.csv, 2024-03-31 23:59:58",
        "d/{day:yyyy-MM}/x.csv, d/2024-03/x.csv, 2024-03",
        "d/{day:yyyy-MM}/x.csv, d/2024-13/x.csv, ",
        "d/{day:HHmm}/x.csv, d/2460/x.csv, ",
        "d/{day:yyyy/MM/dd}/x.csv, d/2024/03/31/x.csv, 2024-03-31"
    })
    void datesInAnySpellingBecomeOneSpellingAndImpossibleOnesDoNotMatch(
            String pattern, String key, @Nullable String day) {
        assertThat(new KeyPattern(pattern).match(key).map(parts -> parts.get("day")))
                .isEqualTo(Optional.ofNullable(day));
    }

    @Test
    void aPartEndsAtTheFirstOccurrenceOfWhatFollowsIt() {
        assertThat(new KeyPattern("d/{a}-{b}.csv").match("d/x-y-z.csv")).contains(Map.of("a", "x", "b", "y-z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "'' ~ no key begins or ends with a slash",
                "/drops/*.csv ~ no key begins or ends with a slash",
                "drops/ ~ no key begins or ends with a slash",
                "drops//a ~ two in a row",
                "drops/*** ~ more than two stars",
                "drops/{a}{b} ~ two wildcards without anything between them",
                "drops/{a}*.csv ~ two wildcards without anything between them",
                "drops/{a}/{a}.csv ~ the name `a` stands twice",
                "drops/{a.csv ~ found `{`",
                "drops/a}.csv ~ found `}`",
                "drops/{}.csv ~ found `{}`",
                "drops/{a-b}.csv ~ found `{a-b}`",
                "drops/{a:}.csv ~ found `{a:}`",
                "drops/?.csv ~ found `?`",
                "drops/[ab].csv ~ found `[`",
                "drops/{a:--}.csv ~ holds none of yyyy",
                "drops/{a:yyyy-yyyy}.csv ~ `yyyy` stands twice",
                "drops/{a:yy-MM}.csv ~ may hold yyyy",
                "drops/{a:DDDD}.csv ~ may hold yyyy"
            })
    void aPatternThatIsNonsenseIsRefused(String pattern, String why) {
        assertThatThrownBy(() -> new KeyPattern(pattern))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(why);
    }
}
