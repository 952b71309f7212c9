package dev.sluice.cli.doctor;

import dev.sluice.model.SourceTable;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Disk, memory and rights on this machine.
final class MachineChecks {
    /// Sluice is made to sync tables of any size with this heap; bytes.
    static final long LEAST_HEAP = 250L << 20;

    /// Without it nothing useful can be done; bytes.
    static final long LEAST_DISK = 100_000_000;

    private final Findings findings;

    MachineChecks(Findings findings) {
        this.findings = findings;
    }

    void heap(long maxBytes) {
        String says = "up to %s".formatted(Findings.bytes(maxBytes));
        if (maxBytes < LEAST_HEAP) {
            findings.warn("heap", says, "export SLUICE_JAVA_OPTS=-Xmx512m");
        } else {
            findings.ok("heap", says);
        }
    }

    /// @param what   what the directory is for
    /// @param tables what is known of the source's tables; may be empty
    void directory(String what, Path directory, List<SourceTable> tables) {
        Path there = directory.toAbsolutePath().normalize();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            findings.fail(what, there + " is not a directory", "move it away, or name another place");
            return;
        }
        if (!Files.isWritable(there)) {
            findings.fail(
                    what,
                    there + " cannot be written",
                    "give this user the right to write there, or name another place");
            return;
        }
        disk(what, there, tables);
    }

    private void disk(String what, Path there, List<SourceTable> tables) {
        long free;
        try {
            FileStore store = Files.getFileStore(there);
            free = store.getUsableSpace();
        } catch (IOException e) {
            findings.warn(what, "cannot tell the free disk of %s: %s".formatted(there, e), "look with df " + there);
            return;
        }
        Optional<SourceTable> largest = tables.stream().max(Comparator.comparingLong(SourceTable::bytes));
        String says = "%s free at %s%s"
                .formatted(
                        Findings.bytes(free),
                        there,
                        largest.map(t -> "; the largest table, %s, has %s"
                                        .formatted(t.name(), Findings.bytes(t.bytes())))
                                .orElse(""));
        if (free < LEAST_DISK) {
            findings.fail(what, says, "free some disk, or name another place");
        } else if (largest.isPresent() && free < largest.get().bytes()) {
            findings.warn(
                    what,
                    says,
                    "free %s more: what is landed, converted and loaded at once can be as much as the table"
                            .formatted(Findings.bytes(largest.get().bytes() - free)));
        } else {
            findings.ok(what, says);
        }
    }
}
