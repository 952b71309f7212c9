package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.EmbeddedS3;
import dev.sluice.model.TableName;
import dev.sluice.store.Documents;
import dev.sluice.warehouse.LedgerMirror;
import dev.sluice.warehouse.Warehouse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The mirror of the ledger is believed only while it is the newest word.
class LedgerMirrorTest {
    private static final TableName TABLE = TableName.parse("public.sales");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private EmbeddedS3 s3;

    @SuppressWarnings("NullAway.Init")
    private LedgerMirror mirror;

    @BeforeEach
    void serve() {
        s3 = EmbeddedS3.start(directory);
        mirror = new LedgerMirror(new Documents(s3.store("")));
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void isNotBelievedFromTheAnnouncementUntilItAgreesAgain() {
        refresh(1);
        assertThat(trustedEpoch()).contains(1L);
        mirror.beforePublish(TABLE, "run-2");
        assertThat(trustedEpoch()).isEmpty();
        assertThat(mirror.any(TABLE)).isPresent();
        refresh(2);
        assertThat(trustedEpoch()).contains(2L);
    }

    @Test
    void aSlowRunThatReadTheLedgerEarlierOverwritesNothing() {
        for (boolean first : new boolean[] {true, false}) {
            long base = first ? 0 : 10;
            mirror.refresh(
                    TABLE,
                    () -> {
                        // While the slow one reads, another run publishes and writes its mirror.
                        mirror.beforePublish(TABLE, "fast");
                        refresh(base + 2);
                        return state(base + 1);
                    },
                    Optional.empty(),
                    Optional.empty(),
                    Map.of());
            assertThat(trustedEpoch()).contains(base + 2);
        }
    }

    @Test
    void aSlowRunTakesNoAnnouncementOfAnotherRunAway() {
        refresh(1);
        mirror.beforePublish(TABLE, "slow");
        mirror.refresh(
                TABLE,
                () -> {
                    mirror.beforePublish(TABLE, "fast");
                    return state(1);
                },
                Optional.empty(),
                Optional.empty(),
                Map.of());
        assertThat(trustedEpoch()).as("the fast one has not committed yet").isEmpty();
        refresh(2);
        assertThat(trustedEpoch()).contains(2L);
    }

    private Optional<Long> trustedEpoch() {
        return mirror.trusted(TABLE).map(LedgerMirror.Mirror::newestEpoch);
    }

    private void refresh(long epoch) {
        mirror.refresh(TABLE, () -> state(epoch), Optional.empty(), Optional.empty(), Map.of());
    }

    private static Warehouse.State state(long epoch) {
        return new Warehouse.State(true, true, Map.of(), Optional.empty(), epoch);
    }
}
