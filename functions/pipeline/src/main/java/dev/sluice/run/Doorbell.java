package dev.sluice.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.model.Feed;
import dev.sluice.store.Json;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.TableLocks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Notices that files were dropped, and the runs to start because of them: one per feed. Nothing of a notice
/// but its key is believed, and of the key only whose it is; the run lists under the lock.
///
/// A run that takes the lock of a feed after a notice came lists the file that the notice is about. While
/// another run has the lock, one run is started that waits for it, however many notices come.
public record Doorbell(List<Feed> feeds, ObjectStore lake, TableLocks locks) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public Doorbell {
        feeds = List.copyOf(feeds);
    }

    /// @param id   of the message
    /// @param body an event of EventBridge about an object of S3
    public record Notice(String id, String body) {}

    /// A run to start.
    ///
    /// @param name  the same for the same notices, and for all that come while one run has the feed
    /// @param input of the execution
    /// @param ids   of the notices that it answers
    public record Start(String feed, String name, JsonNode input, List<String> ids) {
        public Start {
            ids = List.copyOf(ids);
        }
    }

    /// @param unreadable ids of what is no notice about an object of this lake
    /// @param strangers  notices about objects that belong to no feed
    public record Rung(List<Start> starts, List<String> unreadable, int strangers) {
        public Rung {
            starts = List.copyOf(starts);
            unreadable = List.copyOf(unreadable);
        }
    }

    public Rung ring(List<Notice> notices) {
        Map<Feed, List<String>> ids = new LinkedHashMap<>();
        List<String> unreadable = new ArrayList<>();
        int strangers = 0;
        for (Notice notice : notices) {
            Optional<String> key = key(notice.body());
            if (key.isEmpty()) {
                unreadable.add(notice.id());
                continue;
            }
            Optional<Feed> feed = feed(key.get());
            if (feed.isEmpty()) {
                strangers++;
                continue;
            }
            ids.computeIfAbsent(feed.get(), any -> new ArrayList<>()).add(notice.id());
        }
        List<Start> starts = new ArrayList<>();
        ids.forEach((feed, of) -> starts.add(start(feed, of)));
        return new Rung(starts, unreadable, strangers);
    }

    /// In the bucket; empty if the body does not tell of an object that was written into this lake's bucket.
    private Optional<String> key(String body) {
        try {
            JsonNode event = MAPPER.readTree(body);
            JsonNode detail = event.path("detail");
            JsonNode key = detail.path("object").path("key");
            boolean ours = event.path("source").asText().equals("aws.s3")
                    && detail.path("bucket").path("name").asText().equals(lake.bucket());
            return ours && key.isTextual() ? Optional.of(key.textValue()) : Optional.empty();
        } catch (JsonProcessingException noJson) {
            return Optional.empty();
        }
    }

    private Optional<Feed> feed(String bucketKey) {
        String prefix = lake.bucketKey("");
        if (!bucketKey.startsWith(prefix)) {
            return Optional.empty();
        }
        String key = bucketKey.substring(prefix.length());
        // A run must not ring for what it writes itself.
        return feeds.stream()
                .filter(feed -> !Keys.isOurs(key) && feed.match().match(key).isPresent())
                .findFirst();
    }

    private Start start(Feed feed, List<String> ids) {
        DropMessages.DropRequest request = new DropMessages.DropRequest(
                List.of(feed.name()), "doorbell", true, Optional.empty(), Optional.empty());
        String name = locks.holder(feed.target())
                .map(run -> "after-" + hash(List.of(feed.name(), run)))
                .orElseGet(() -> "drop-"
                        + hash(List.of(
                                feed.name(),
                                String.join(" ", ids.stream().sorted().toList()))));
        return new Start(feed.name(), name, Json.toTree(request), ids);
    }

    /// 32 hex digits.
    private static String hash(List<String> parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
