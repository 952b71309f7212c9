package dev.sluice.drop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Feed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeedStandingTest {
    private static final Feed FEED = DropBed.feed("sales", new Feed.Mode.Upsert(List.of("id"), Optional.empty()));

    private static Optional<FeedStanding> after(FeedResult result, Optional<FeedStanding> before) {
        return FeedStanding.after(result, FEED, "run", Instant.EPOCH, before);
    }

    private static FeedResult compared(List<String> differences) {
        return new FeedResult(
                FEED.name(),
                FEED.target(),
                FeedResult.Status.FAILED,
                new FeedPlan.Found(0, 0, 0, 0, 0, 0, 2),
                FileLoadReceipt.Files.NONE,
                0,
                0,
                0,
                0,
                Optional.empty(),
                false,
                List.of(),
                differences,
                Optional.empty());
    }

    @Test
    void whatDifferedDiffersUntilARunThatComparedSaysOtherwise() {
        Optional<FeedStanding> differs = after(compared(List.of("one row is gone")), Optional.empty());
        Optional<FeedStanding> failed = after(VerifyFiles.failed(FEED, "no warehouse"), differs);

        assertThat(failed.orElseThrow().differs()).isTrue();
        assertThat(failed.orElseThrow().files()).isEqualTo(2);
        assertThat(after(compared(List.of()), failed).orElseThrow().differs()).isFalse();
    }
}
