package dev.sluice.store;

import dev.sluice.model.DataMismatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// A lake in a map. Thread-safe.
public final class ObjectsInMemory implements ObjectStore {
    private final NavigableMap<String, byte[]> objects = new TreeMap<>();
    private final NavigableMap<String, Integer> versions = new TreeMap<>();

    @Override
    public synchronized Optional<Stat> stat(String key) {
        return Optional.ofNullable(objects.get(key))
                .map(bytes -> new Stat(key, bytes.length, etag(key), Instant.EPOCH.plusSeconds(version(key))));
    }

    @Override
    public synchronized InputStream open(String key) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new DataMismatch(key + " is missing");
        }
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public synchronized Optional<Opened> openUnchanged(Stat listed) {
        return stat(listed.key()).filter(listed::equals).map(now -> new Opened(open(now.key()), now.etag()));
    }

    @Override
    public synchronized Optional<Content> read(String key) {
        return Optional.ofNullable(objects.get(key))
                .map(bytes -> new Content(new String(bytes, StandardCharsets.UTF_8), etag(key)));
    }

    @Override
    public synchronized void write(String key, String content) {
        put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void upload(String key, Body body) {
        try (InputStream in = body.open(0)) {
            put(key, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized boolean writeIfAbsent(String key, String content) {
        if (objects.containsKey(key)) {
            return false;
        }
        write(key, content);
        return true;
    }

    @Override
    public synchronized Optional<String> replace(String key, String content, String etag) {
        if (!objects.containsKey(key) || !etag(key).equals(etag)) {
            return Optional.empty();
        }
        write(key, content);
        return Optional.of(etag(key));
    }

    @Override
    public synchronized List<Stat> list(String prefix) {
        return objects.tailMap(prefix).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .map(key -> stat(key).orElseThrow())
                .toList();
    }

    @Override
    public synchronized void delete(Collection<String> keys) {
        keys.forEach(objects::remove);
    }

    @Override
    public int abortStaleUploads(String prefix) {
        return 0;
    }

    @Override
    public String bucket() {
        return "memory";
    }

    @Override
    public String bucketKey(String key) {
        return key;
    }

    private void put(String key, byte[] content) {
        objects.put(key, content);
        versions.merge(key, 1, Integer::sum);
    }

    private String etag(String key) {
        return "v" + version(key);
    }

    private int version(String key) {
        return Objects.requireNonNull(versions.get(key));
    }
}
