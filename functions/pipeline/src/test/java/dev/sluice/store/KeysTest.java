package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Slice;
import dev.sluice.model.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeysTest {
    private static final TableName TARGET = TableName.parse("public.sales");

    @Test
    void everyObjectHasItsPlace() {
        assertThat(List.of(
                        Keys.request("R"),
                        Keys.tables("R"),
                        Keys.report("R"),
                        Keys.sync("R", TARGET),
                        Keys.plan("R", TARGET),
                        Keys.result("R", TARGET),
                        Keys.batches("R", TARGET, 3, 1),
                        Keys.batch("R", TARGET, 3, 12),
                        Keys.receipt("R", TARGET, 3, 12, "land"),
                        Keys.loadReceipt("R", TARGET, 3),
                        Keys.lock(TARGET),
                        Keys.ledger(TARGET),
                        Keys.publishMarker(TARGET),
                        Keys.rawTable(TARGET) + Keys.attempt("A", "R", "01H"),
                        Keys.lakeTable(TARGET)))
                .containsExactly(
                        "runs/R/request.json",
                        "runs/R/tables.json",
                        "runs/R/report.json",
                        "runs/R/public.sales/sync.json",
                        "runs/R/public.sales/plan.json",
                        "runs/R/public.sales/result.json",
                        "runs/R/public.sales/003/batches-1.json",
                        "runs/R/public.sales/003/00012.json",
                        "runs/R/public.sales/003/00012-land.json",
                        "runs/R/public.sales/003/load.json",
                        "locks/public.sales.json",
                        "ledger/public.sales.json",
                        "ledger/public.sales.publishing.json",
                        "raw/public.sales/slice=A/run=R/attempt=01H/",
                        "lake/public.sales/");
    }

    @Test
    void whatIsNotUnreservedIsEscapedInUtf8() {
        assertThat(Keys.segment("H3B 2Y5")).isEqualTo("H3B%202Y5");
        assertThat(Keys.segment("a/b%c~d=e")).isEqualTo("a%2Fb%25c%7Ed%3De");
        assertThat(Keys.segment("ß🧀\n")).isEqualTo("%C3%9F%F0%9F%A7%80%0A");
        assertThat(Keys.segment("-_.09azAZ")).isEqualTo("-_.09azAZ");
        assertThat(Keys.segment(Slice.NULL)).isEqualTo("%5CN");
        assertThat(Keys.segment(Slice.ofText("\\N"))).isEqualTo("%5C%5CN");
        assertThat(Keys.segment(Slice.ofText(""))).isEmpty();
    }

    @Test
    void aLongSegmentIsCutAndEndsInASha256() {
        assertThat(Keys.segment("x".repeat(150))).isEqualTo("x".repeat(150));
        String cut = Keys.segment("x".repeat(151));
        assertThat(cut).startsWith("x".repeat(80) + "~").hasSize(80 + 1 + 64);
        assertThat(Keys.segment("x".repeat(152))).isNotEqualTo(cut);
        assertThat(Keys.segment("🧀".repeat(150))).hasSizeLessThanOrEqualTo(150);
    }

    @Test
    void aCutNeverSplitsAnEscape() {
        for (int plain = 0; plain < 90; plain++) {
            String segment = Keys.segment("x".repeat(plain) + "/".repeat(150));
            assertThat(segment.substring(0, segment.indexOf('~'))).matches("x*(%2F)*");
        }
    }

    @Test
    void caseTwinsHaveFormsThatDifferInMoreThanCase() {
        assertThat(Keys.caseFolded(Keys.segment("Ab"))).isEqualTo(Keys.caseFolded(Keys.segment("aB")));
        assertThat(Keys.caseFolded(Keys.distinctSegment(Slice.ofText("Ab"))))
                .isNotEqualTo(Keys.caseFolded(Keys.distinctSegment(Slice.ofText("aB"))));
        // The JVM may run where I and i are not one letter.
        assertThat(Keys.caseFolded("TITLE")).isEqualTo("title");
    }

    @Test
    void differentSlicesHaveDifferentSegments() {
        Random random = new Random(42);
        Map<String, Slice> plain = new HashMap<>();
        Map<String, Slice> distinct = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            Slice slice = i == 0 ? Slice.NULL : i == 1 ? Slice.ALL : Slice.ofText(text(random));
            Slice other = plain.putIfAbsent(Keys.segment(slice), slice);
            assertThat(other == null || other.equals(slice))
                    .as("%s and %s", slice.encoded(), other)
                    .isTrue();
            other = distinct.putIfAbsent(Keys.distinctSegment(slice), slice);
            assertThat(other == null || other.equals(slice))
                    .as("%s and %s", slice.encoded(), other)
                    .isTrue();
        }
        assertThat(plain.keySet()).allSatisfy(segment -> assertThat(segment).matches("[A-Za-z0-9_.%~-]{0,150}"));
        // A plain form never is somebody's distinct form.
        distinct.forEach((segment, slice) -> {
            Slice other = plain.get(segment);
            assertThat(other == null || other.equals(slice)).as(segment).isTrue();
        });
    }

    private static String text(Random random) {
        String[] pieces = {"", "a", "A", "\\", "\\N", "\\all", "%5C", "~", "é", "e\u0301", "🧀", "x".repeat(75), "0"};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }
}
