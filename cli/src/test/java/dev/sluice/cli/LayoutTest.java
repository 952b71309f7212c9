package dev.sluice.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sluice.model.Failure;
import java.net.URL;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class LayoutTest {
    /// The command line and the pipeline, each without its tests.
    private static final JavaClasses PRODUCT =
            new ClassFileImporter().importUrls(List.of(location(Sluice.class), location(Failure.class)));

    /// It executes any state machine; what the functions of this one do is none of its business.
    @Test
    void theStateMachineRunnerKnowsNothingOfTheRestOfTheProduct() {
        classes()
                .that()
                .resideInAPackage("dev.sluice.machine..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice.machine..",
                        "java..",
                        "org.jspecify.annotations",
                        "com.fasterxml.jackson..",
                        "com.dashjoin.jsonata..")
                .check(PRODUCT);
    }

    @Test
    void nothingKnowsTheCommandLineButItself() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sluice.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.cli..")
                .check(PRODUCT);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(PRODUCT);
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

    private static URL location(Class<?> one) {
        return one.getProtectionDomain().getCodeSource().getLocation();
    }
}
