package dev.sluice.store;

import dev.sluice.model.DataMismatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// One object that a stage wrote.
///
/// @param key    relative to the lake's prefix
/// @param bytes  size of the object
/// @param sha256 of its content, 64 hex digits
public record Part(String key, long bytes, String sha256) {
    /// Uploads under the key.
    public static Part upload(ObjectStore store, String key, Body body) throws IOException {
        String sha256;
        try (InputStream in = body.open(0)) {
            sha256 = digest(in, OutputStream.nullOutputStream());
        }
        store.upload(key, body);
        return new Part(key, body.bytes(), sha256);
    }

    /// Brings the object to a file and proves on the way that it is what the receipt says.
    ///
    /// @throws DataMismatch the object is missing or its content has another checksum
    public void download(ObjectStore store, Path file) throws IOException {
        try (InputStream in = store.open(key);
                OutputStream out = Files.newOutputStream(file)) {
            String found = digest(in, out);
            if (!found.equals(sha256)) {
                throw new DataMismatch(
                        "%s: SHA-256 is %s, its receipt says %s; the object was changed after it was written"
                                .formatted(key, found, sha256));
            }
        }
    }

    private static String digest(InputStream in, OutputStream out) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (DigestInputStream digesting = new DigestInputStream(in, digest)) {
                digesting.transferTo(out);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
