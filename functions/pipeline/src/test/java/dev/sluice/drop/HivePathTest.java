package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HivePathTest {
    private static HivePath below(String root, String rest) {
        return HivePath.of(root, root + rest);
    }

    @Test
    void foldersWithAnEqualsSignArePartitionsAndOthersAreNot() {
        HivePath path = below("/data/history/", "sales/year=2024/extra/month=01/a=b.csv");

        assertThat(path.partitions()).containsExactly(Map.entry("year", "2024"), Map.entry("month", "01"));
        assertThat(path.label()).isEqualTo("year=2024/month=01");
        assertThat(path.hidden()).isFalse();
        assertThat(below("/data/", "=x/a.csv").partitions()).isEmpty();
        assertThat(below("/data/", "x=/a.csv").partitions()).containsEntry("x", "");
        assertThat(below("/data/", "x=a=b/a.csv").partitions()).containsEntry("x", "a=b");
    }

    @Test
    void partitionsAtTheEndOfTheAddressCountSoThatAPartIsReadAsInTheWhole() {
        assertThat(below("/s3://b/h/", "y=1/m=2/a.csv")).isEqualTo(below("/s3://b/h/y=1/", "m=2/a.csv"));
        assertThat(below("/s3://b/h/", "y=1/m=2/a.csv")).isEqualTo(below("/s3://b/h/y=1/m=2/", "a.csv"));
        assertThat(below("/home/x=1/h/", "m=2/a.csv").partitions()).containsOnlyKeys("m");
    }

    @Test
    void escapesAreTakenAwayAndWhatIsNoneStays() {
        assertThat(HivePath.unescaped("10%3A00%2F%25")).isEqualTo("10:00/%");
        assertThat(HivePath.unescaped("caf%C3%A9 é")).isEqualTo("café é");
        assertThat(HivePath.unescaped("100%")).isEqualTo("100%");
        assertThat(HivePath.unescaped("%zz%4")).isEqualTo("%zz%4");
        assertThat(HivePath.unescaped("%FF")).isEqualTo("%FF");
        assertThat(below("/d/", "a%3Db=1/x").partitions()).containsEntry("a=b", "1");
    }

    @Test
    void theDefaultPartitionIsNoValue() {
        assertThat(below("/d/", "day=__HIVE_DEFAULT_PARTITION__/x").partitions())
                .containsEntry("day", DropFile.NULL_PART);
    }

    @Test
    void filesThatOtherReadersPassByAreHidden() {
        for (String name : new String[] {"_SUCCESS", ".a.crc", "_delta_log/0.json", "year=1/_temporary/0/a", ".x/a"}) {
            assertThat(below("/d/", name).hidden()).as(name).isTrue();
        }
        assertThat(below("/d/", "_day=1/a.csv").hidden()).isFalse();
        assertThat(below("/.d/_x/", "a.csv").hidden()).isFalse();
    }

    @Test
    void aPartitionThatStandsTwiceMustSayTheSame() {
        assertThat(below("/d/", "y=1/y=1/a").partitions()).containsEntry("y", "1");
        assertThatThrownBy(() -> below("/d/", "y=1/y=2/a")).hasMessageContaining("the partition y stands twice");
    }
}
