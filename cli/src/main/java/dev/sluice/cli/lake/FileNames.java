package dev.sluice.cli.lake;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which file holds the object of a key. One to one: every key that S3 allows has one path, whatever
/// locale the JVM runs in, and no path leaves the directory.
///
/// The keys that Sluice writes are their own paths, so that one can look around with a file manager.
/// Otherwise:
/// * a byte of UTF-8 other than `A-Z a-z 0-9 - _ . = + , @`, and a dot that begins a name, is `%XX`;
/// * a segment is cut into names of at most 150 bytes, all but the last ending in `%+`: a file system
///   takes 255, of which the store needs 86 for the names of uploads under way;
/// * an empty segment is `%-`;
/// * a file whose name does not end like a data file, and a directory whose name does, get a `%` at the
///   end. So the objects `a` and `a/b` can both exist, and no object is named like a temporary file.
///
/// On a file system that ignores case, two keys that differ only in case are the same file.
final class FileNames {
    private static final int MAX_NAME = 150;
    private static final String CONTINUED = "%+";
    private static final String EMPTY = "%-";
    private static final String OTHER_KIND = "%";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+,@";
    private static final Pattern DATA_FILE =
            Pattern.compile(".*\\.(parquet|csv|tsv|dat|json|jsonl|ndjson|txt|zst|gz|zip)", Pattern.CASE_INSENSITIVE);

    private FileNames() {}

    /// The path of a key's file below the bucket's directory, with `/` between names.
    static String pathOf(String key) {
        String[] segments = key.split("/", -1);
        int last = segments.length - 1;
        String directories = Arrays.stream(segments, 0, last)
                .map(segment -> names(segment, false) + "/")
                .collect(Collectors.joining());
        return directories + names(segments[last], true);
    }

    /// The deepest directory that holds every key with the prefix; empty for the bucket's own.
    static String directoryOf(String prefix) {
        return Arrays.stream(prefix.split("/", -1), 0, (int)
                        prefix.chars().filter(c -> c == '/').count())
                .map(segment -> names(segment, false))
                .collect(Collectors.joining("/"));
    }

    /// The key whose file this is; empty if it is no object's, such as a temporary file.
    static Optional<String> keyOf(String path) {
        String[] names = path.split("/", -1);
        StringBuilder key = new StringBuilder();
        ByteArrayOutputStream segment = new ByteArrayOutputStream();
        for (int i = 0; i < names.length; i++) {
            boolean continued = names[i].endsWith(CONTINUED) && i < names.length - 1;
            String body =
                    continued ? names[i].substring(0, names[i].length() - CONTINUED.length()) : withoutKind(names[i]);
            if (!body.equals(EMPTY) && !decode(body, segment)) {
                return Optional.empty();
            }
            if (continued) {
                continue;
            }
            Optional<String> text = utf8(segment.toByteArray());
            if (text.isEmpty()) {
                return Optional.empty();
            }
            key.append(text.get()).append(i < names.length - 1 ? "/" : "");
            segment.reset();
        }
        return Optional.of(key.toString()).filter(k -> pathOf(k).equals(path));
    }

    private static String names(String segment, boolean file) {
        StringBuilder names = new StringBuilder();
        StringBuilder name = new StringBuilder();
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            String text = encode(b, name.isEmpty());
            if (name.length() + text.length() > MAX_NAME) {
                names.append(name).append(CONTINUED).append('/');
                name.setLength(0);
                text = encode(b, true);
            }
            name.append(text);
        }
        if (segment.isEmpty()) {
            name.append(EMPTY);
        }
        boolean natural = DATA_FILE.matcher(name).matches() == file;
        return names.append(name).append(natural ? "" : OTHER_KIND).toString();
    }

    private static String encode(byte b, boolean first) {
        char c = (char) (b & 0xFF);
        boolean hidden = first && c == '.';
        boolean plain = PLAIN.indexOf(c) >= 0 && !hidden;
        return plain ? String.valueOf(c) : "%" + HEX.toHexDigits(b);
    }

    private static String withoutKind(String name) {
        return name.endsWith(OTHER_KIND) ? name.substring(0, name.length() - OTHER_KIND.length()) : name;
    }

    private static boolean decode(String body, ByteArrayOutputStream to) {
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c != '%') {
                to.write(c);
                continue;
            }
            if (i + 2 >= body.length()
                    || !HexFormat.isHexDigit(body.charAt(i + 1))
                    || !HexFormat.isHexDigit(body.charAt(i + 2))) {
                return false;
            }
            to.write(HexFormat.fromHexDigits(body, i + 1, i + 3));
            i += 2;
        }
        return true;
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
