package dev.sluice.snowflake;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// A bucket in memory.
final class MapBucket implements Bucket {
    private final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    MapBucket put(String key, byte[] bytes) {
        objects.put(key, bytes);
        return this;
    }

    MapBucket put(String key, String text) {
        return put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> read(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    @Override
    public List<String> list(String prefix) {
        return objects.keySet().stream().filter(k -> k.startsWith(prefix)).toList();
    }
}
