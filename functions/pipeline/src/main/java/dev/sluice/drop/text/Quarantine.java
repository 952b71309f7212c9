package dev.sluice.drop.text;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bad rows of one file, as CSV that everybody reads: `line,column,reason,text`, UTF-8, RFC 4180. What is
/// not UTF-8 in a row becomes U+FFFD here; the original is kept elsewhere.
public final class Quarantine implements AutoCloseable {
    private static final String HEADER = "line,column,reason,text\r\n";

    private final Path file;
    private @Nullable OutputStream out;
    private long rows;
    private String first = "";

    /// @param file made with the first bad row
    public Quarantine(Path file) {
        this.file = file;
    }

    void add(long line, BadRow bad, byte[] bytes, int from, int to) throws IOException {
        if (out == null) {
            out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
            out.write(HEADER.getBytes(StandardCharsets.UTF_8));
        }
        int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
        String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        out.write("%d,%s,%s,%s\r\n"
                .formatted(line, quoted(bad.column()), quoted(bad.reason()), quoted(text))
                .getBytes(StandardCharsets.UTF_8));
        if (rows++ == 0) {
            first = "line %d%s: %s"
                    .formatted(line, bad.column().isEmpty() ? "" : ", column " + bad.column(), bad.reason());
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    public long rows() {
        return rows;
    }

    /// Where the first bad row stands, and what is wrong with it.
    public String first() {
        return first;
    }

    /// The file, if a row is bad; to be asked after [#close].
    public Optional<Path> file() {
        return rows == 0 ? Optional.empty() : Optional.of(file);
    }

    @Override
    public void close() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
