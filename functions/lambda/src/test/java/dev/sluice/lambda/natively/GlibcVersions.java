package dev.sluice.lambda.natively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Which versions of glibc's symbols an executable or library needs: `provided.al2023` has glibc 2.34,
/// and one that was linked against a newer one does not start there. Reads what `readelf --version-info`
/// reads; stands alone, so that `bin/check-glibc` can start it as a file.
public final class GlibcVersions {
    /// That of Amazon Linux 2023.
    static final String NEWEST = "2.34";

    private static final Comparator<String> BY_NUMBERS =
            Comparator.comparingInt(GlibcVersions::major).thenComparingInt(GlibcVersions::minor);

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int NEEDED_VERSIONS = 0x6ffffffe;

    private GlibcVersions() {}

    /// Prints what each file needs; ends with 1 if that is too new, with 2 if there is nothing to look at.
    public static void main(String[] files) throws IOException {
        boolean fits = true;
        int looked = 0;
        for (String file : files) {
            for (Map.Entry<String, NavigableSet<String>> found :
                    in(Path.of(file)).entrySet()) {
                NavigableSet<String> newer = newer(found.getValue(), NEWEST);
                String needs =
                        found.getValue().isEmpty() ? "none" : found.getValue().last();
                System.out.println(found.getKey() + ": needs glibc " + needs
                        + (newer.isEmpty() ? "" : ", which is newer than " + NEWEST));
                fits &= newer.isEmpty();
                looked++;
            }
        }
        if (looked == 0) {
            System.err.println("check-glibc: no executable or library for 64-bit Linux in " + String.join(", ", files));
        }
        System.exit(looked == 0 ? 2 : fits ? 0 : 1);
    }

    static NavigableSet<String> newer(NavigableSet<String> versions, String newest) {
        return new TreeSet<>(versions.tailSet(newest, false));
    }

    /// Versions by file: the file itself, or every executable and library in a zip, also in archives in it.
    static Map<String, NavigableSet<String>> in(Path file) throws IOException {
        Map<String, NavigableSet<String>> found = new LinkedHashMap<>();
        add(file.getFileName().toString(), Files.readAllBytes(file), found);
        return found;
    }

    private static void add(String name, byte[] bytes, Map<String, NavigableSet<String>> found) throws IOException {
        if (startsWith(bytes, ELF)) {
            found.put(name, needed(name, bytes));
        } else if (startsWith(bytes, new byte[] {'P', 'K'})) {
            try (ZipInputStream zip = new ZipInputStream(new java.io.ByteArrayInputStream(bytes))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    if (!entry.isDirectory()) {
                        add(name + "!" + entry.getName(), zip.readAllBytes(), found);
                    }
                }
            }
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] magic) {
        return bytes.length >= magic.length
                && ByteBuffer.wrap(bytes, 0, magic.length).equals(ByteBuffer.wrap(magic));
    }

    private static NavigableSet<String> needed(String name, byte[] bytes) {
        if (bytes[4] != CLASS_64 || bytes[5] != LITTLE_ENDIAN) {
            throw new IllegalArgumentException(name + ": not for 64-bit little-endian processors");
        }
        ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int sections = Math.toIntExact(elf.getLong(0x28));
        int size = elf.getShort(0x3a);
        int count = elf.getShort(0x3c) & 0xffff;
        NavigableSet<String> versions = new TreeSet<>(BY_NUMBERS);
        for (int i = 0; i < count; i++) {
            int section = sections + i * size;
            if (elf.getInt(section + 4) == NEEDED_VERSIONS) {
                int names = offset(elf, sections + elf.getInt(section + 0x28) * size);
                collect(elf, offset(elf, section), elf.getInt(section + 0x2c), names, versions);
            }
        }
        return versions;
    }

    private static int offset(ByteBuffer elf, int section) {
        return Math.toIntExact(elf.getLong(section + 0x18));
    }

    /// A list of libraries, each with a list of versions.
    private static void collect(ByteBuffer elf, int first, int libraries, int names, NavigableSet<String> versions) {
        int library = first;
        for (int i = 0; i < libraries; i++) {
            int version = library + elf.getInt(library + 8);
            for (int j = 0; j < elf.getShort(library + 2); j++) {
                String text = text(elf, names + elf.getInt(version + 8));
                if (text.matches("GLIBC_\\d+\\.\\d+(\\.\\d+)?")) {
                    versions.add(text.substring("GLIBC_".length()));
                }
                version += elf.getInt(version + 12);
            }
            library += elf.getInt(library + 12);
        }
    }

    private static String text(ByteBuffer elf, int at) {
        int end = at;
        while (elf.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - at];
        elf.get(at, text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static int major(String version) {
        return Integer.parseInt(version.split("\\.")[0]);
    }

    private static int minor(String version) {
        return Integer.parseInt(version.split("\\.")[1]);
    }
}
