package dev.sluice.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** An object store in a map, keyed by bucket/key. */
final class ObjectsInMemory implements Objects {
    final Map<String, byte[]> content = new ConcurrentSkipListMap<>();

    ObjectsInMemory with(String path, String text) {
        content.put(path, text.getBytes(UTF_8));
        return this;
    }

    @Override
    public byte[] get(String bucket, String key) throws IOException {
        byte[] bytes = content.get(bucket + "/" + key);
        if (bytes == null) {
            throw new IOException("NoSuchKey");
        }
        return bytes;
    }

    @Override
    public void put(String bucket, String key, byte[] bytes) throws IOException {
        if (bucket.equals("forbidden")) {
            throw new IOException("AccessDenied");
        }
        content.put(bucket + "/" + key, bytes);
    }
}
