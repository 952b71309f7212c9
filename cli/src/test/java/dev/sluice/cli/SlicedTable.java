package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.TableName;
import dev.sluice.raw.LandReceipt;
import dev.sluice.run.RunReport;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// A table with the columns `id` and `v` whose slices are told by SQL that the product has no part in.
/// Proves that every slice of the source is one slice everywhere.
///
/// @param table such as `public.t`
/// @param key   of type text, in the source's SQL
record SlicedTable(Bed bed, String table, String key) {
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_PLAIN_BYTES = 150;

    /// Encoded slice → ids of its rows, at the source.
    Map<String, List<String>> atSource() {
        String sql = "SELECT (%s)::text, id FROM %s ORDER BY id".formatted(key, Bed.quoted(table));
        Map<String, List<String>> slices = new TreeMap<>();
        try (Connection connection = bed.source().connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'");
            statement.setEscapeProcessing(false);
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    String text = rows.getString(1);
                    String encoded = text == null ? "\\N" : text.startsWith("\\") ? "\\" + text : text;
                    slices.computeIfAbsent(encoded, s -> new ArrayList<>()).add(rows.getString(2));
                }
            }
            return slices;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// The same, by `_sluice_slice` of the warehouse.
    Map<String, List<String>> inWarehouse() {
        Map<String, List<String>> slices = new TreeMap<>();
        bed.query("SELECT id || ':' || _sluice_slice FROM %s ORDER BY id".formatted(Bed.quoted(table)))
                .forEach(text -> slices.computeIfAbsent(text.substring(text.indexOf(':') + 1), s -> new ArrayList<>())
                        .add(text.substring(0, text.indexOf(':'))));
        return slices;
    }

    List<String> inLedger() {
        return bed
                .query("SELECT slice FROM sluice.slices WHERE table_name = '%s' AND action = 'replace'"
                        .formatted(table))
                .stream()
                .sorted()
                .toList();
    }

    /// Source, warehouse and ledger agree on slices and their rows.
    void assertSlicesEqual() {
        Map<String, List<String>> source = atSource();
        assertThat(inWarehouse()).as("%s by %s", table, key).isEqualTo(source);
        assertThat(inLedger()).as("ledger of %s", table).containsExactlyElementsOf(source.keySet());
    }

    /// The run read and wrote these slices of the table and no others.
    void assertMoved(RunReport report, Collection<String> slices) {
        List<String> expected = slices.stream().sorted().toList();
        assertThat(landed(report).keySet()).as("read of %s", table).containsExactlyElementsOf(expected);
        assertThat(bed.slicesWritten(report, table).stream().sorted())
                .as("written of %s", table)
                .containsExactlyElementsOf(expected);
    }

    /// Encoded slice → raw keys, as the receipts of a run say.
    private Map<String, List<String>> landed(RunReport report) {
        return bed.with(run -> {
            Documents documents = run.documents();
            Map<String, List<String>> slices = new TreeMap<>();
            for (ObjectStore.Stat stat : documents.store().list(Keys.table(report.runId(), TableName.parse(table)))) {
                if (stat.key().endsWith("-land.json")) {
                    documents
                            .get(stat.key(), LandReceipt.class)
                            .slices()
                            .forEach(s -> slices.put(
                                    s.slice().encoded(),
                                    s.parts().stream().map(part -> part.key()).toList()));
                }
            }
            return slices;
        });
    }

    /// Every slice that a run landed has a segment of its own, in every file system, that names it.
    void assertSegments(RunReport report) {
        TreeSet<String> folded = new TreeSet<>();
        Map<String, List<String>> landed = landed(report);
        landed.forEach((slice, keys) -> {
            assertThat(keys).as("raw objects of %s", slice).isNotEmpty();
            String segment = keys.getFirst().split("/", -1)[2];
            assertThat(segment).startsWith("slice=").matches("[A-Za-z0-9=%._~-]+");
            assertThat(segment.length()).as("bytes of %s", segment).isLessThanOrEqualTo(MAX_NAME_BYTES);
            assertThat(folded.add(segment.toLowerCase(Locale.ROOT)))
                    .as("%s is unique", segment)
                    .isTrue();
            String name = segment.substring("slice=".length());
            boolean twin = landed.keySet().stream()
                            .filter(other -> foldedAscii(other).equals(foldedAscii(slice)))
                            .count()
                    > 1;
            boolean hashed = twin || escapedBytes(slice) > MAX_PLAIN_BYTES;
            if (hashed) {
                assertThat(name).as("segment of %s", slice).endsWith("~" + sha256(slice));
            } else {
                assertThat(URLDecoder.decode(name, StandardCharsets.UTF_8)).isEqualTo(slice);
            }
        });
    }

    private static String foldedAscii(String text) {
        StringBuilder folded = new StringBuilder();
        text.chars().forEach(c -> folded.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
        return folded.toString();
    }

    private static int escapedBytes(String text) {
        int length = 0;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z'
                    || b >= 'A' && b <= 'Z'
                    || b >= '0' && b <= '9'
                    || b == '-'
                    || b == '_'
                    || b == '.';
            length += plain ? 1 : 3;
        }
        return length;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
