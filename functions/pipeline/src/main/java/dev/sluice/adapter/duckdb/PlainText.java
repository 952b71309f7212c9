package dev.sluice.adapter.duckdb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sluice.drop.text.RefusedFile;
import dev.sluice.drop.text.Unpacked;
import dev.sluice.model.FileFormat;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Dropped texts as DuckDB's reader of CSV takes them: UTF-8, not compressed.
final class PlainText {
    /// Rows are at most 16 MiB as they are dropped; with quotes doubled they may be twice that.
    static final long LONGEST_ROW_BYTES = 34L << 20;

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private PlainText() {}

    static void of(Path original, String encoding, Path plain) throws IOException {
        try (InputStream in = Unpacked.open(original)) {
            if (encoding.equals("UTF-8")) {
                Files.copy(in, plain, StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            try (Reader reader = new InputStreamReader(in, Charset.forName(encoding));
                    Writer writer = Files.newBufferedWriter(plain)) {
                reader.transferTo(writer);
            }
        }
    }

    /// The names in the first line.
    static List<String> header(Path plain, FileFormat.Csv csv) throws IOException {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        try (BufferedReader reader = Files.newBufferedReader(plain)) {
            int quote = csv.quote().map(character -> (int) character).orElse(-2);
            boolean quoted = false;
            boolean closed = false;
            for (int c = first(reader); c >= 0 && (quoted || c != '\n'); c = reader.read()) {
                if (c == quote && (quoted || closed || name.isEmpty())) {
                    // the second of two quotes stands for itself
                    if (closed) {
                        name.append((char) c);
                    }
                    closed = quoted;
                    quoted = !quoted;
                } else if (!quoted && c == csv.delimiter()) {
                    names.add(name.toString());
                    name.setLength(0);
                    closed = false;
                } else {
                    name.append((char) c);
                }
            }
        }
        names.add(name.toString().replaceFirst("\r$", ""));
        return names;
    }

    private static int first(Reader reader) throws IOException {
        int first = reader.read();
        return first == BYTE_ORDER_MARK ? reader.read() : first;
    }

    /// Objects as CSV without a header, numbers as they are spelled, NULL as nothing.
    static void ofJson(Path original, List<String> names, Path plain) throws IOException {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNestingDepth(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .build();
        try (InputStream in = Unpacked.open(original);
                JsonParser parser = factory.createParser(in);
                BufferedWriter out = Files.newBufferedWriter(plain)) {
            String[] values = new String[names.size()];
            while (parser.nextToken() != null) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new RefusedFile("a line is no object");
                }
                Arrays.fill(values, null);
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    int place = names.indexOf(parser.currentName());
                    JsonToken token = parser.nextToken();
                    String text = token.isStructStart() ? "{}" : parser.getText();
                    parser.skipChildren();
                    if (place >= 0 && token != JsonToken.VALUE_NULL) {
                        values[place] = text;
                    }
                }
                write(values, out);
            }
        }
    }

    private static void write(String[] values, Writer out) throws IOException {
        for (int i = 0; i < values.length; i++) {
            out.write(i == 0 ? "" : ",");
            if (values[i] != null) {
                out.write('"');
                out.write(values[i].replace("\"", "\"\""));
                out.write('"');
            }
        }
        out.write('\n');
    }
}
