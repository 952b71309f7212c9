package dev.sluice.lambda.natively;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.snowflake.client.api.driver.SnowflakeDriver;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the metadata true without a native build: what it names is there, and what must be named is.
class ReachabilityTest {
    /// What a class is registered with; all of it, because nobody knows which members a library looks
    /// up.
    private static final List<String> ALL_MEMBERS =
            List.of("allDeclaredConstructors", "allDeclaredMethods", "allDeclaredFields");

    /// Everything that a file may hold, as in the schema that GraalVM publishes for version 25; the
    /// builder passes over a misspelled section with a warning.
    private static final Set<String> SECTIONS = Set.of("comment", "resources", "jni", "reflection");

    static List<Metadata> files() {
        return Metadata.all();
    }

    @Test
    void everyFileOfMetadataIsTested() {
        Set<String> found = new TreeSet<>(Archive.of(NoMinicore.class).entries());
        found.removeIf(entry -> !entry.startsWith("META-INF/native-image/"));
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(Metadata.NAMES.stream()
                        .map(name -> "META-INF/native-image/dev.sluice/" + name + "/reachability-metadata.json")
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileGivesItsReasonAndHasOnlyKnownSections(Metadata file) {
        assertThat(SECTIONS).containsAll(() -> file.json().fieldNames());
        assertThat(file.json().path("comment")).isNotEmpty().allMatch(JsonNode::isTextual);
        List<String> keys = new ArrayList<>(ALL_MEMBERS);
        keys.addFirst("type");
        Stream.of("jni", "reflection")
                .flatMap(section -> file.entries(section).stream())
                .forEach(entry -> {
                    assertThat(entry.fieldNames()).toIterable().as("%s", entry).containsExactlyElementsOf(keys);
                    assertThat(ALL_MEMBERS)
                            .as("%s", entry)
                            .allMatch(key -> entry.path(key).asBoolean());
                });
        assertThat(file.entries("resources"))
                .allMatch(entry -> entry.size() == 1 && (entry.has("glob") || entry.has("bundle")));
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyClassIsNamedOnceAndExists(Metadata file) {
        for (String section : List.of("jni", "reflection")) {
            List<String> types = file.types(section);
            assertThat(types).as(section).doesNotHaveDuplicates();
            assertThat(types)
                    .as("names of classes that are not on the class path")
                    .filteredOn(type -> !isClass(type))
                    .isEmpty();
        }
    }

    private static boolean isClass(String name) {
        try {
            return Class.forName(name, false, ReachabilityTest.class.getClassLoader())
                    .getName()
                    .equals(name);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyPatternFindsAResource(Metadata file) {
        List<Archive> archives = Archive.all();
        assertThat(file.globs())
                .allSatisfy(glob -> assertThat(matches(archives, glob)).as(glob).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyBundleCanBeRead(Metadata file) {
        for (String bundle : file.bundles()) {
            assertThatCode(() -> ResourceBundle.getBundle(bundle, Locale.ROOT)).doesNotThrowAnyException();
        }
    }

    /// Patterns as GraalVM reads them: `*` within a name, `**` across directories, which may be none.
    private static Set<String> matches(List<Archive> archives, String glob) {
        PathMatcher deep = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        PathMatcher flat = FileSystems.getDefault().getPathMatcher("glob:" + glob.replace("**/", ""));
        Set<String> found = new TreeSet<>();
        for (Archive archive : archives) {
            for (String entry : archive.entries()) {
                if (deep.matches(Path.of(entry)) || flat.matches(Path.of(entry))) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    @Test
    void everyClassOfDuckDbCanBeReachedFromItsLibraryAndNothingElseOfIt() {
        Set<String> all = Archive.of(DuckDBDriver.class).classes(name -> name.startsWith("org.duckdb."));
        assertThat(named("duckdb", "org.duckdb.")).containsExactlyElementsOf(all);
        assertThat(Metadata.of("duckdb").types("jni"))
                .as("the rest is the JDK's")
                .allMatch(type -> type.startsWith("org.duckdb.") || type.startsWith("java."));
    }

    @Test
    void everyClassOfZstdCanBeReachedFromItsLibrary() {
        assertThat(Metadata.of("zstd").types("jni")).containsExactlyElementsOf(zstdClasses(Archive.of(Zstd.class)));
    }

    @Test
    void bothJarsThatHaveZstdHaveTheSame() {
        List<Archive> jars = Archive.holding(Zstd.class);
        assertThat(jars).hasSize(2);
        assertThat(matches(List.of(jars.get(0)), "linux/*/libzstd-jni-*"))
                .as("versions of the native library")
                .isEqualTo(matches(List.of(jars.get(1)), "linux/*/libzstd-jni-*"));
        assertThat(zstdClasses(jars.get(0))).isEqualTo(zstdClasses(jars.get(1)));
    }

    private static Set<String> zstdClasses(Archive jar) {
        return jar.classes(name -> name.startsWith("com.github.luben.zstd."));
    }

    private static List<String> named(String file, String prefix) {
        return Metadata.of(file).types("jni").stream()
                .filter(type -> type.startsWith(prefix))
                .toList();
    }

    @Test
    void everyClassOfTheSnowflakeDriverWithAnnotationsOfJacksonIsRegistered() {
        String annotations = "net/snowflake/client/jdbc/internal/fasterxml/jackson/annotation/";
        Set<String> own = Archive.of(SnowflakeDriver.class)
                .classes(name -> name.startsWith("net.snowflake.client.internal.")
                        || name.startsWith("net.snowflake.client.api.")
                        || name.startsWith("net.snowflake.client.jdbc.internal.snowflake."));
        List<String> annotated = own.stream()
                .filter(name -> new String(Archive.bytes(name), StandardCharsets.ISO_8859_1).contains(annotations))
                .toList();
        assertThat(annotated).isNotEmpty();
        assertThat(Metadata.of("snowflake").types("reflection")).containsAll(annotated);
    }

    @Test
    void onlyTheLibrariesOfOnePlatformAreIncluded() {
        List<Archive> archives = Archive.all();
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        assertThat(matches(archives, Metadata.of("duckdb").globs().getFirst()))
                .containsExactly("libduckdb_java.so_linux_" + (arm ? "arm64" : "amd64"));
        assertThat(matches(archives, Metadata.of("zstd").globs().getFirst()))
                .singleElement()
                .asString()
                .startsWith("linux/" + (arm ? "aarch64" : "amd64") + "/libzstd-jni-");
    }

    @Test
    void bothPlatformsThatLambdaHasAreInTheDrivers() {
        assertThat(Archive.of(DuckDBDriver.class).entries())
                .contains("libduckdb_java.so_linux_amd64", "libduckdb_java.so_linux_arm64");
        List<Archive> zstd = List.of(Archive.of(Zstd.class));
        assertThat(matches(zstd, "linux/amd64/libzstd-jni-*")).hasSize(1);
        assertThat(matches(zstd, "linux/aarch64/libzstd-jni-*")).hasSize(1);
    }

    @Test
    void theStatementsOfThePipelineAreIncluded() {
        List<Archive> pipeline = List.of(Archive.of(dev.sluice.run.Stages.class));
        Set<String> statements = new TreeSet<>(pipeline.getFirst().entries());
        statements.removeIf(entry -> !entry.endsWith(".sql"));
        assertThat(statements).isNotEmpty();
        assertThat(matches(pipeline, Metadata.of("pipeline").globs().getFirst()))
                .isEqualTo(statements);
    }
}
