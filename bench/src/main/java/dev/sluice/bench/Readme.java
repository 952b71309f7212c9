package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The generated parts of `bench/README.md`, each between two markers. What people wrote around them stays.
record Readme(Path file) {
    void write(String section, String text) throws IOException {
        String begin = "<!-- measured: %s -->\n".formatted(section);
        String end = "<!-- end of %s -->".formatted(section);
        String old = Files.readString(file);
        int from = old.indexOf(begin);
        int to = old.indexOf(end);
        if (from < 0 || to < from) {
            throw new IOException("%s has no place for the section %s".formatted(file, section));
        }
        Files.writeString(
                file, old.substring(0, from + begin.length()) + "\n" + text.strip() + "\n\n" + old.substring(to));
    }
}
