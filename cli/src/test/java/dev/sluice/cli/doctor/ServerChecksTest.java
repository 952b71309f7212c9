package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.source.Pooling;
import dev.sluice.source.ServerFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What a test cannot easily have as a real server: standbys, poolers, clocks, Greenplum.
class ServerChecksTest {
    private Optional<String> greenplum = Optional.empty();
    private boolean standby;
    private boolean feedback;
    private Duration delay = Duration.ofSeconds(30);
    private int open = 10;
    private int databaseLimit = -1;
    private boolean exports = true;
    private Duration connecting = Duration.ofMillis(20);
    private Duration ahead = Duration.ofMillis(3);

    private ServerFacts facts() {
        return new ServerFacts(
                "14.22",
                greenplum,
                "reader",
                false,
                false,
                standby,
                feedback,
                delay,
                100,
                3,
                open,
                -1,
                0,
                databaseLimit,
                8,
                Duration.ZERO,
                Duration.ZERO,
                true,
                exports,
                connecting,
                Instant.EPOCH,
                ahead);
    }

    /// `status check: says → to do`, but for what is ok.
    private List<String> found(Consumer<ServerChecks> checks) {
        Findings findings = new Findings();
        checks.accept(new ServerChecks(findings, 4));
        return findings.all().stream()
                .filter(f -> f.status() != Finding.Status.OK)
                .map(f -> f.status().word() + " " + f.check() + ": " + f.says() + " → "
                        + f.toDo().orElseThrow())
                .toList();
    }

    private String one() {
        List<String> found = found(checks -> checks.server(facts()));
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void anOrdinaryServerHasNothingToLookAt() {
        assertThat(found(checks -> checks.server(facts()))).isEmpty();
        assertThat(found(checks -> checks.pooling(new Pooling(false, false, true))))
                .isEmpty();
    }

    @Test
    void aStandbyMayCancelLongReads() {
        standby = true;
        assertThat(one()).startsWith("warn standby").contains("for 30 s", "hot_standby_feedback = on");
        feedback = true;
        assertThat(found(checks -> checks.server(facts()))).isEmpty();
        feedback = false;
        delay = Duration.ofMillis(-1);
        assertThat(found(checks -> checks.server(facts()))).isEmpty();
    }

    @Test
    void connectionsThatAreTakenNowAreAWarningAndALimitBelowIsAFailure() {
        open = 93;
        assertThat(found(checks -> checks.server(facts()))).isEmpty();
        open = 94;
        assertThat(one()).startsWith("warn connections").contains("now only 3 are free", "to 3");
        open = 10;
        databaseLimit = 12;
        assertThat(found(checks -> checks.server(facts()))).isEmpty();
        databaseLimit = 11;
        assertThat(one()).startsWith("warn connections").contains("the database has CONNECTION LIMIT 11, 8 open now");
        databaseLimit = 3;
        assertThat(one()).startsWith("FAIL connections");
    }

    @Test
    void clocksThatDisagreeSlowNetworksAndOtherServersAreMentioned() {
        ahead = Duration.ofSeconds(-6);
        assertThat(one()).startsWith("warn clock").contains("6.0 s behind", "NTP");
        ahead = Duration.ofSeconds(5);
        assertThat(found(checks -> checks.server(facts()))).isEmpty();
        connecting = Duration.ofSeconds(3);
        assertThat(one()).startsWith("warn source").contains("3000 ms");
        connecting = Duration.ZERO;
        exports = false;
        assertThat(one()).startsWith("warn snapshots").contains("consistency: slice");
        exports = true;
        greenplum = Optional.of("Greenplum Database 7.1.0");
        assertThat(one()).startsWith("warn source").contains("Greenplum Database 7.1.0");
    }

    @Test
    void poolersAreToldByWhatTheyDo() {
        assertThat(found(checks -> checks.pooling(new Pooling(true, true, true))))
                .singleElement()
                .asString()
                .contains("a transaction at a time", "4 server connections");
        assertThat(found(checks -> checks.pooling(new Pooling(true, false, true))))
                .singleElement()
                .asString()
                .contains("by session");
        assertThat(found(checks -> checks.pooling(new Pooling(false, false, false))))
                .singleElement()
                .asString()
                .contains("application_name");
    }

    @Test
    void littleMemoryIsAWarning() {
        Findings findings = new Findings();
        new MachineChecks(findings).heap(200L << 20);
        new MachineChecks(findings).heap(256L << 20);
        assertThat(findings.all()).extracting(f -> f.status().word()).containsExactly("warn", "ok");
    }
}
