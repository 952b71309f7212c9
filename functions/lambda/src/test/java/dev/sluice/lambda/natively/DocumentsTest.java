package dev.sluice.lambda.natively;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.Stages;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Whatever Jackson reads and writes in Sluice's documents is registered for reflection, and nothing
/// else is.
class DocumentsTest {
    private static final String FILE =
            "functions/lambda/src/main/resources/META-INF/native-image/dev.sluice/pipeline/reachability-metadata.json";

    /// Where something without a type of its own is written; what it holds is found where it is read.
    private static final Set<String> UNTYPED = Set.of(
            // {"run_id": …}, read by people
            "dev.sluice.store.Mirror.beforePublish java.util.Map",
            // the tag of a session, read by people
            "dev.sluice.adapter.snowflake.SnowflakeSession.properties java.util.Map",
            // item lists: read as arrays of the same record
            "dev.sluice.run.Batches.write java.util.List",
            "dev.sluice.run.DropStages.receive java.util.ArrayList",
            "dev.sluice.run.PlanRun.run java.util.ArrayList",
            // a lock, read as one
            "dev.sluice.store.TableLocks.change java.lang.Object");

    private static final DocumentTypes FOUND =
            DocumentTypes.in(Archive.of(Stages.class).classes(name -> name.startsWith("dev.sluice.")));

    @Test
    void everyClassThatADocumentCanHoldIsRegistered() {
        Set<String> needed = new TreeSet<>();
        FOUND.reachable().forEach(type -> needed.add(type.getName()));
        List<String> registered = Metadata.of("pipeline").types("reflection");
        assertThat(needed.stream().filter(type -> !registered.contains(type)).map(DocumentsTest::line))
                .as("lines to add under \"reflection\" in " + FILE)
                .isEmpty();
        assertThat(registered.stream().filter(type -> !needed.contains(type)).map(DocumentsTest::line))
                .as("lines to take out of " + FILE)
                .isEmpty();
        assertThat(registered).isSorted();
    }

    private static String line(String type) {
        return "    {\"type\": \"" + type + "\", \"allDeclaredConstructors\": true, \"allDeclaredMethods\": true,"
                + " \"allDeclaredFields\": true},\n";
    }

    @Test
    void nothingIsWrittenOrReadWhoseTypeCannotBeSeenInTheCode() {
        assertThat(FOUND.unseen())
                .as("give it a type of its own, or say here where its contents are found")
                .isEqualTo(new TreeSet<>(UNTYPED));
    }
}
