package dev.sluice.model;

import java.util.Optional;

/// What a dropped file is. Compression (none, gzip, zstd, a zip with one file) is told by the file's first
/// bytes.
public sealed interface FileFormat {
    /// @param delimiter one character
    /// @param quote     one character; empty: nothing is quoted
    /// @param header    the first line names the columns; without it they come in the order of the
    ///                  configuration
    /// @param encoding  a Java charset name such as `UTF-8`, `ISO-8859-1`, `UTF-16LE`
    /// @param nullText  the unquoted text that stands for NULL
    record Csv(char delimiter, Optional<Character> quote, boolean header, String encoding, String nullText)
            implements FileFormat {}

    /// One JSON object per line, UTF-8.
    record JsonLines() implements FileFormat {}

    record Parquet() implements FileFormat {}
}
