package dev.sluice.drop;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a file lies in a tree as Hive, Spark, Athena and DuckDB write it: `year=2024/month=01/a.parquet`.
///
/// Folders of the form `name=value` are partitions, other folders are not. Partitions at the end of the tree's
/// own address count as well, so that a part of a tree is read as in the whole.
///
/// @param partitions name → value in the order of the path; [#NULL] for a value that is absent
/// @param label      the folders that are partitions, as they are spelled
/// @param hidden     the file, or a folder of it, has a name that readers of such trees pass by: `_SUCCESS`,
///                   `.crc`, `_delta_log/`
record HivePath(Map<String, String> partitions, String label, boolean hidden) {
    /// Stands for a partition without a value among the parts of a key: no other part holds the character.
    static final String NULL = DropFile.NULL_PART;

    private static final String DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__";

    /// @param root of the tree; `key` begins with it
    /// @throws AmbiguousPartition a partition stands in the path twice with different values
    static HivePath of(String root, String key) {
        List<String> before = List.of(root.split("/", -1));
        List<String> below = List.of(key.substring(root.length()).split("/", -1));
        int first = before.size() - 1;
        while (first > 0 && partition(before.get(first - 1)).isPresent()) {
            first--;
        }
        Map<String, String> partitions = new LinkedHashMap<>();
        StringBuilder label = new StringBuilder();
        boolean hidden = isHidden(below.getLast());
        for (String folder : before.subList(first, before.size() - 1)) {
            add(partitions, label, folder, key);
        }
        for (String folder : below.subList(0, below.size() - 1)) {
            hidden |= partition(folder).isEmpty() && isHidden(folder);
            add(partitions, label, folder, key);
        }
        return new HivePath(partitions, label.toString(), hidden);
    }

    private static boolean isHidden(String name) {
        return name.startsWith("_") || name.startsWith(".");
    }

    private static void add(Map<String, String> partitions, StringBuilder label, String folder, String key) {
        partition(folder).ifPresent(found -> {
            String before = partitions.putIfAbsent(found.getKey(), found.getValue());
            if (before != null && !before.equals(found.getValue())) {
                throw new AmbiguousPartition(
                        "%s: the partition %s stands twice with different values".formatted(key, found.getKey()));
            }
            label.append(label.isEmpty() ? "" : "/").append(folder);
        });
    }

    private static Optional<Map.Entry<String, String>> partition(String folder) {
        int equals = folder.indexOf('=');
        if (equals < 1) {
            return Optional.empty();
        }
        String value = folder.substring(equals + 1);
        return Optional.of(Map.entry(
                unescaped(folder.substring(0, equals)), value.equals(DEFAULT_PARTITION) ? NULL : unescaped(value)));
    }

    /// `%3A` and the like; what is no escape, or not UTF-8, stays as it is.
    static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] from = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < from.length; i++) {
            boolean escape = from[i] == '%'
                    && i + 2 < from.length
                    && HexFormat.isHexDigit(from[i + 1])
                    && HexFormat.isHexDigit(from[i + 2]);
            bytes.write(
                    escape ? HexFormat.fromHexDigit(from[i + 1]) << 4 | HexFormat.fromHexDigit(from[i + 2]) : from[i]);
            i += escape ? 2 : 0;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return text;
        }
    }

    /// The partitions of a file but those that nobody wants.
    Map<String, String> without(List<String> ignored) {
        Map<String, String> rest = new HashMap<>(partitions);
        rest.keySet().removeAll(ignored);
        return rest;
    }

    static final class AmbiguousPartition extends RuntimeException {
        private static final long serialVersionUID = 1;

        AmbiguousPartition(String message) {
            super(message);
        }
    }
}
