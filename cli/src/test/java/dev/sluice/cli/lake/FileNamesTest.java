package dev.sluice.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FileNamesTest {
    /// Keys that S3 allows and file systems, shells or URL parsers stumble over.
    static Stream<String> awkwardKeys() {
        return Stream.of(
                "a b",
                " ",
                "100%",
                "%2F",
                "%E2%82%AC",
                "slice=H3H 1A1/part",
                "quote'\"`",
                "back\\slash",
                "🧀/🧀.parquet",
                "\u00e9",
                "e\u0301",
                "a:b*c?d<e>f|g",
                "trailing.",
                "trailing ",
                "dots...",
                "..",
                ".",
                "../../etc/passwd",
                "a/../../../b",
                "a/./b",
                "/etc/passwd",
                "//",
                "/",
                "a//b",
                "a/",
                "~root",
                "$HOME",
                "#fragment",
                "?query=1&x=2",
                "a;b",
                ".hidden",
                ".conditional-writes.lock",
                ".mpus",
                ".s3proxy-versions/x",
                "con.json-3f2504e0-4f89-11d3-9a0c-0305e82c3301",
                "x".repeat(255) + "/" + "y".repeat(255) + "/z.parquet",
                "x".repeat(1024),
                "🧀".repeat(256),
                ".".repeat(400),
                "%-",
                "%+",
                "a%",
                "\u007f \u0085");
    }

    @ParameterizedTest
    @MethodSource("awkwardKeys")
    void aPathLeadsBackToItsKey(String key) {
        assertThat(FileNames.keyOf(FileNames.pathOf(key))).contains(key);
    }

    @ParameterizedTest
    @MethodSource("awkwardKeys")
    void aPathIsPlainAndStaysInside(String key) {
        String path = FileNames.pathOf(key);
        assertThat(path).matches("[A-Za-z0-9%=+,@._/-]+");
        assertThat(Path.of("/lake").resolve(path).normalize().toString()).isEqualTo("/lake/" + path);
        for (String name : path.split("/", -1)) {
            assertThat(name).hasSizeBetween(1, 153).doesNotStartWith(".");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "raw/public.sales/slice=H3H%2520/run=20261101T000000Z-0123abcd/attempt=01JB/part-00000.csv.zst,"
                + "raw/public.sales/slice=H3H%252520/run=20261101T000000Z-0123abcd/attempt=01JB/part-00000.csv.zst",
        "runs/1/public.sales/0/1-land.json,runs/1/public.sales/0/1-land.json",
        "a,a%",
        "a/b,a/b%",
        "a.json/b.json,a.json%/b.json",
        "a//b,a/%-/b%",
        "../x.csv,%2E./x.csv"
    })
    void ordinaryKeysAreTheirOwnPath(String key, String path) {
        assertThat(FileNames.pathOf(key)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "a",
        "a/b.txt%",
        "a%2fb%",
        "%41%",
        "%ZZ%",
        "%E2%82%",
        "a b.csv",
        "x.csv-3f2504e0-4f89-11d3-9a0c-0305e82c3301"
    })
    void whatIsNoObjectsFileHasNoKey(String path) {
        assertThat(FileNames.keyOf(path)).isEmpty();
    }

    @Test
    void noFileIsTheDirectoryOfAnother() {
        List<String> segments = List.of("a", "a.json", "", "%", "a%", "x".repeat(151), "x".repeat(150), ".");
        Set<String> files = new HashSet<>();
        Set<String> directories = new HashSet<>();
        for (String first : segments) {
            files.add(FileNames.pathOf(first));
            for (String second : segments) {
                String path = FileNames.pathOf(first + "/" + second);
                files.add(path);
                for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                    directories.add(path.substring(0, slash));
                }
            }
        }
        assertThat(files).hasSize(segments.size() * (segments.size() + 1)).doesNotContainAnyElementsOf(directories);
    }

    @Test
    void theDirectoryOfAPrefixHoldsEveryKeyThatBeginsWithIt() {
        Random random = new Random(1);
        String alphabet = "ab./%- é🧀";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder key = new StringBuilder();
            int[] letters = alphabet.codePoints().toArray();
            for (int length = 1 + random.nextInt(12); length > 0; length--) {
                key.appendCodePoint(letters[random.nextInt(letters.length)]);
            }
            String path = FileNames.pathOf(key.toString());
            assertThat(FileNames.keyOf(path)).contains(key.toString());
            String directory = FileNames.directoryOf(key.substring(0, random.nextInt(key.length() + 1)));
            assertThat("/" + path).startsWith(directory.isEmpty() ? "/" : "/" + directory + "/");
        }
    }
}
