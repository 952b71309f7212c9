package dev.sluice.drop.text;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// A file's bytes without their compression, which the first bytes tell: gzip, zstd, a zip with one file, or
/// none. What is cut off or damaged is a [RefusedFile], never an early end.
public final class Unpacked {
    /// Packed bytes read at once.
    private static final int BUFFER_BYTES = 1 << 16;
    /// macOS puts these beside every file that it packs.
    private static final String MAC_SHADOW = "__MACOSX/";

    private Unpacked() {}

    /// @throws RefusedFile also while the stream is read
    public static InputStream open(Path file) throws IOException {
        byte[] first;
        try (InputStream in = Files.newInputStream(file)) {
            first = in.readNBytes(4);
        }
        if (first.length == 0) {
            throw new RefusedFile("the file is empty (0 bytes); an upload that failed?");
        }
        if (begins(first, 0x1f, 0x8b)) {
            return new GzipMembers(raw(file));
        }
        if (begins(first, 0x28, 0xb5, 0x2f, 0xfd) || isSkippableFrame(first)) {
            return new Damage("zstd", new ZstdInputStreamNoFinalizer(raw(file)));
        }
        if (begins(first, 'P', 'K', 3, 4) || begins(first, 'P', 'K', 5, 6)) {
            return zip(file);
        }
        return raw(file);
    }

    private static InputStream raw(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    }

    private static boolean begins(byte[] first, int... magic) {
        if (first.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((first[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSkippableFrame(byte[] first) {
        return first.length == 4
                && (first[0] & 0xf0) == 0x50
                && first[1] == 0x2a
                && first[2] == 0x4d
                && first[3] == 0x18;
    }

    private static InputStream zip(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new RefusedFile("the zip is damaged or cut off: it has no whole directory at its end");
        }
        try {
            List<? extends ZipEntry> entries = zip.stream()
                    .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith(MAC_SHADOW))
                    .toList();
            if (entries.size() != 1) {
                throw new RefusedFile("the zip holds %d files; expected one. Drop each of them as a file of its own"
                        .formatted(entries.size()));
            }
            return new ZipMember(zip, entries.getFirst());
        } catch (ZipException e) {
            zip.close();
            throw new RefusedFile("the zip cannot be unpacked: it is damaged or encrypted");
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /// Turns what a decompressor says into a refusal.
    private static class Damage extends FilterInputStream {
        private final String kind;
        private long unpacked;

        Damage(String kind, InputStream in) {
            super(in);
            this.kind = kind;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int count) throws IOException {
            try {
                int read = in.read(buffer, from, count);
                unpacked += Math.max(0, read);
                return read;
            } catch (IOException e) {
                String message = String.valueOf(e.getMessage());
                if (message.contains("No space left") || message.contains("Input/output error")) {
                    throw e;
                }
                throw new RefusedFile(
                        "the %s is damaged or cut off behind byte %d of what it holds".formatted(kind, unpacked));
            }
        }
    }

    /// The one file of a zip, whose length and checksum are compared at the end.
    private static final class ZipMember extends Damage {
        private final ZipFile zip;
        private final ZipEntry entry;
        private final CRC32 crc = new CRC32();
        private long length;

        ZipMember(ZipFile zip, ZipEntry entry) throws IOException {
            super("zip", zip.getInputStream(entry));
            this.zip = zip;
            this.entry = entry;
        }

        @Override
        public int read(byte[] buffer, int from, int count) throws IOException {
            int read = super.read(buffer, from, count);
            if (read > 0) {
                crc.update(buffer, from, read);
                length += read;
            } else if (read < 0 && (crc.getValue() != entry.getCrc() || length != entry.getSize())) {
                throw new RefusedFile("the zip is damaged: the checksum or the length of its file differs");
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                zip.close();
            }
        }
    }
}
