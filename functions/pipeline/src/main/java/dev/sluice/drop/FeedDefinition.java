package dev.sluice.drop;

import dev.sluice.model.Feed;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// A hash over everything of a feed that decides which rows a file has and how the table follows from them.
public final class FeedDefinition {
    private FeedDefinition() {}

    /// 32 hex digits.
    public static String hash(Feed feed) {
        List<Object> parts =
                List.of("feed-1", feed.format(), feed.columns(), feed.mode(), feed.onNewColumn(), feed.badRows());
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(parts.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
