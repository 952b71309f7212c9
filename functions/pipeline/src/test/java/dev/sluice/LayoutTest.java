package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sluice.model.Failure;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Data flows down the list of packages, knowledge flows up.
class LayoutTest {
    /// A package may know those that stand before it, never those behind.
    private static final List<String> ORDER = List.of(
            "model",
            "config",
            "plan",
            "store",
            "source",
            "raw",
            "parquet",
            "drop",
            "warehouse",
            "verify",
            "run",
            "adapter");

    private static final String ADAPTERS = "dev.sluice.adapter..";

    /// The classes that lie where the model lies: the product without its tests.
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .importUrl(Failure.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        TreeSet<String> found = PRODUCT.stream()
                .map(c -> c.getPackageName().split("\\.")[2])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).containsExactlyInAnyOrderElementsOf(ORDER);
    }

    @Test
    void knowledgeFlowsUp() {
        for (int i = 0; i < ORDER.size() - 1; i++) {
            String[] behind = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(LayoutTest::named)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(named(ORDER.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(behind)
                    .check(PRODUCT);
        }
    }

    @Test
    void adaptersDoNotKnowEachOther() {
        slices().matching("dev.sluice.adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(PRODUCT);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void onlyAdaptersKnowDatabasesAndClouds() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ADAPTERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "software.amazon..",
                        "io.quarkus..",
                        "org.postgresql..",
                        "org.duckdb..",
                        "net.snowflake..")
                .check(PRODUCT);
    }

    /// What stages and ports may lean on beside the JDK: JSON everywhere, because documents are how
    /// stages talk; YAML where the configuration is read; zstd where raw objects are written and dropped
    /// files are read. zstd is no vendor's service but the format of the raw files, as gzip is in the JDK,
    /// and a port around a compressor would have one implementation for ever.
    @Test
    void stagesLeanOnLittle() {
        classes()
                .that()
                .resideOutsideOfPackage(ADAPTERS)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice..",
                        "java..",
                        "org.jspecify.annotations",
                        "com.fasterxml.jackson..",
                        "org.yaml.snakeyaml..",
                        "com.github.luben.zstd")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideOutsideOfPackages(named("config"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.yaml.snakeyaml..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideOutsideOfPackages(named("raw"), named("drop"), ADAPTERS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.luben.zstd..")
                .check(PRODUCT);
    }

    /// Class name and package are API: retriers of the state machine match on them.
    @Test
    void failuresAreTopLevelClassesOfTheModel() {
        classes()
                .that()
                .areAssignableTo(Failure.class)
                .should()
                .beTopLevelClasses()
                .andShould()
                .resideInAPackage("dev.sluice.model")
                .check(PRODUCT);
    }

    @Test
    void everyPackageSaysThatNullIsMarked() {
        TreeSet<String> unmarked = PRODUCT.stream()
                .map(JavaClass::getPackage)
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked).isEmpty();
    }

    private static String named(String name) {
        return "dev.sluice." + name + "..";
    }
}
