package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.InvalidRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalsTest {
    static List<Refusals.Refusal> refusals() {
        return Refusals.all();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("", "1:1: found an empty file; expected version, source, lake, warehouse and tables"),
                Arguments.of(
                        "# nothing\n",
                        "1:1: found an empty file; expected version, source, lake, warehouse and tables"),
                Arguments.of("---\n", "1:1: found an empty file; expected version, source, lake, warehouse and tables"),
                Arguments.of(
                        "version: 1\n\tsource: x",
                        "2:1: not YAML: found a tab; expected spaces, which are all that YAML indents with"),
                Arguments.of(
                        "source:\n  password: s3cr3t: x",
                        "2:19: not YAML: found a second `: ` on the line or a wrong indentation; a text with `: ` in it stands in quotes"),
                Arguments.of(
                        "version: 1\nsource s3cr3t\nlake: {}",
                        "3:1: not YAML: found a line that does not fit; expected `key: value`, indented like its neighbours"),
                Arguments.of(
                        "password: *s3cr3t",
                        "1:11: not YAML: found an alias (`*name`) without an anchor (`&name`); a text that begins with * stands in quotes"),
                Arguments.of(
                        "password: !s3!cr3t x",
                        "1:11: not YAML: found a tag (`!name`) that is not understood; a text that begins with ! stands in quotes"),
                Arguments.of(
                        "password: @s3cr3t",
                        "1:11: not YAML: found a character that cannot begin a text; put the text in quotes"),
                Arguments.of("password: \"s3cr3t", "1:18: not YAML: found unexpected end of stream"),
                Arguments.of(
                        "password: \"\\qs3cr3t\"",
                        "1:13: not YAML: found an escape that is not understood; in double quotes a backslash is written \\\\"),
                Arguments.of("tables: {a: [b}", "1:15: not YAML: expected ',' or ']'"),
                Arguments.of("version: 1\n---\nversion: 1", "2:1: not YAML: found a second document; expected one"),
                Arguments.of(
                        "version: 1\na: b\u0007",
                        "2:5: not YAML: found the control character U+0007; expected printable text"),
                Arguments.of(
                        "# 😀\n".repeat(2000) + "a: 😀b\u0000",
                        "2001:6: not YAML: found the control character U+0000; expected printable text"),
                Arguments.of(
                        "source:\r\n  password: \"s3cr3t\" x",
                        "2:22: not YAML: found a line that does not fit; expected `key: value`, indented like its neighbours"),
                Arguments.of(
                        "a: " + "[".repeat(10_000),
                        "1:1: not read: nested more than 20 levels deep, or more than 50 aliases"),
                Arguments.of(
                        "a: &a [x]\nb: [" + "*a, ".repeat(60) + "]",
                        "1:1: not read: nested more than 20 levels deep, or more than 50 aliases"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aMistakeIsReportedWithItsPlaceWhatWasFoundAndWhatIsAllowed(Refusals.Refusal refusal) {
        assertThat(refused(refusal.yaml()).lines())
                .containsExactlyElementsOf(
                        refusal.messages().stream().map(m -> "sluice.yaml:" + m).toList());
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("broken")
    void aTextThatIsNoYamlIsReportedWithItsPlace(String yaml, String message) {
        assertThat(refused(yaml)).isEqualTo("sluice.yaml:" + message);
    }

    @Test
    void noMessageHoldsASecret() {
        Stream<String> documents =
                Stream.concat(refusals().stream().map(Refusals.Refusal::yaml), broken().map(a -> (String) a.get()[0]));
        assertThat(documents.map(RefusalsTest::refused)).noneMatch(message -> message.contains("s3cr3t"));
    }

    @Test
    void everyMistakeIsReportedAtOnceInTheOrderOfTheFile() {
        String yaml = """
                version: 3
                source: {url: x, user: 1, password: p, max_connections: many}
                lake: {url: ftp, keep: ever}
                warehouse: {type: oracle, path: ""}
                defaults: {grain: minute}
                tables:
                  a: {strategy: wholesale}
                  b.c: {strategy: sliced, types: [x]}
                """;
        assertThat(refused(yaml).lines().map(line -> line.split(": ")[0] + " " + line.split(": ")[1]))
                .containsExactly(
                        "sluice.yaml:1:10 version",
                        "sluice.yaml:2:15 source.url",
                        "sluice.yaml:2:24 source.user",
                        "sluice.yaml:2:37 source.password",
                        "sluice.yaml:2:57 source.max_connections",
                        "sluice.yaml:3:13 lake.url",
                        "sluice.yaml:3:24 lake.keep",
                        "sluice.yaml:4:19 warehouse.type",
                        "sluice.yaml:4:33 warehouse.path",
                        "sluice.yaml:5:19 defaults.grain",
                        "sluice.yaml:7:3 tables.a",
                        "sluice.yaml:8:3 tables.b.c.slice_by",
                        "sluice.yaml:8:34 tables.b.c.types");
    }

    @Test
    void aTextThatIsTooLargeIsNotRead() {
        assertThat(refused("#".repeat(YamlText.MAX_SIZE + 1)))
                .isEqualTo("sluice.yaml: larger than 1048576 bytes; expected a configuration");
    }

    @Test
    void aMappingThatHoldsItselfIsRefusedAndEnds() {
        assertThat(refused("&a\nversion: 1\nsource: *a\nlake: *a\nwarehouse: *a\ntables: *a\ndefaults: *a"))
                .contains("source.version: unknown key");
    }

    private static String refused(String yaml) {
        InvalidRequest refusal = catchThrowableOfType(InvalidRequest.class, () -> Documents.parse(yaml));
        assertThat(refusal).as("refused: %s", yaml).isNotNull();
        return String.valueOf(refusal.getMessage());
    }
}
