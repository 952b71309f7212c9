package dev.sluice.cli.doctor;

import dev.sluice.model.Feed;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What lies under the prefix of every feed: a pattern that no key matches is the usual mistake.
final class FeedChecks {
    private final Findings findings;
    private final ObjectStore store;
    private final String place;
    private final Instant now;

    /// @param place where files are put, with a slash at its end
    FeedChecks(Findings findings, ObjectStore store, String place, Instant now) {
        this.findings = findings;
        this.store = store;
        this.place = place;
        this.now = now;
    }

    /// @param below files under a prefix that a local lake does not see
    void unseen(List<Feed> feeds, Function<String, List<Path>> below) {
        for (Feed feed : feeds) {
            List<Path> files = below.apply(feed.match().prefix());
            if (!files.isEmpty()) {
                findings.warn(
                        "feed " + feed.name(),
                        "%d %s not seen because of the name, such as %s"
                                .formatted(files.size(), files.size() == 1 ? "file is" : "files are", files.getFirst()),
                        "rename, as docs/drops.md says");
            }
        }
    }

    void check(List<Feed> feeds) {
        for (Feed feed : feeds) {
            findings.ask("feed " + feed.name(), "the role needs to list and read the lake", () -> {
                feed(feed);
                return true;
            });
        }
    }

    private void feed(Feed feed) {
        String check = "feed " + feed.name();
        List<ObjectStore.Stat> there = store.list(feed.match().prefix()).stream()
                .filter(stat -> !Keys.isOurs(stat.key()) && !stat.key().endsWith("/"))
                .toList();
        List<ObjectStore.Stat> matching = there.stream()
                .filter(stat -> feed.match().match(stat.key()).isPresent())
                .toList();
        String others = there.stream()
                .map(ObjectStore.Stat::key)
                .filter(key -> feed.match().match(key).isEmpty())
                .findFirst()
                .map(key -> "; %d others under %s do not match, such as %s"
                        .formatted(there.size() - matching.size(), feed.match().prefix(), key))
                .orElse("");
        Optional<Instant> newest =
                matching.stream().map(ObjectStore.Stat::modifiedAt).max(Comparator.naturalOrder());
        if (newest.isEmpty()) {
            findings.warn(
                    check,
                    "no file matches %s%s".formatted(feed.match(), others),
                    others.isEmpty()
                            ? "put a file under %s%s, or correct match:"
                                    .formatted(place, feed.match().prefix())
                            : "correct match:, or rename the files");
            return;
        }
        String found = "%d %s %s, the newest of %s%s"
                .formatted(
                        matching.size(),
                        matching.size() == 1 ? "file matches" : "files match",
                        feed.match(),
                        newest.get(),
                        others);
        boolean late = feed.expectEvery()
                .map(every -> newest.get().plus(every).isBefore(now))
                .orElse(false);
        if (late) {
            findings.warn(
                    check,
                    found + "; that is older than expect_every",
                    "ask whoever drops the files; or raise expect_every");
        } else {
            findings.ok(check, found);
        }
    }
}
