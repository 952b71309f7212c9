package dev.sluice.drop;

import dev.sluice.model.TableName;
import java.util.List;

/// Files of one feed that are read together.
public record FileBatch(
        String runId, String feed, TableName target, long epoch, int wave, int number, List<DropFile> files) {
    public FileBatch {
        files = List.copyOf(files);
    }
}
