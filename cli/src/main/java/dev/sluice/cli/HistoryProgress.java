package dev.sluice.cli;

import dev.sluice.model.TableName;
import dev.sluice.store.Progress;
import java.io.PrintWriter;

/// How far a tree of old files is, on standard error: a line per wave, and one now and then in between.
final class HistoryProgress implements Progress {
    private static final long NANOS_BETWEEN_LINES = 5_000_000_000L;

    private final PrintWriter err;
    private long files;
    private long bytes;
    private long filesBefore;
    private long bytesBefore;
    private long filesRead;
    private long bytesRead;
    private long filesCompared;
    private long rows;
    private int waves;
    private long saidAt = System.nanoTime();

    HistoryProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public synchronized void found(TableName target, long allFiles, long allBytes, long filesDone, long bytesDone) {
        files = allFiles;
        bytes = allBytes;
        filesBefore = filesDone;
        bytesBefore = bytesDone;
        filesRead = 0;
        bytesRead = 0;
        if (waves == 0) {
            say("%s: files in the tree: %s, %s; in the table already: %s, %s"
                    .formatted(
                            target,
                            Numbers.count(files),
                            Numbers.bytes(bytes),
                            Numbers.count(filesDone),
                            Numbers.bytes(bytesDone)));
        }
    }

    @Override
    public synchronized void readFile(TableName target, long rowsOfFile, long bytesOfFile) {
        filesRead++;
        bytesRead += bytesOfFile;
        if (isTime()) {
            say("%s: wave %d: read %s".formatted(target, waves + 1, done()));
        }
    }

    @Override
    public synchronized void published(TableName target, int published, long rowsOfWave) {
        waves++;
        rows += rowsOfWave;
        say("%s: wave %d: %s are done, %s rows were loaded".formatted(target, waves, done(), Numbers.count(rows)));
    }

    @Override
    public synchronized void compared(TableName target, long rowsOfFile, long bytesOfFile) {
        filesCompared++;
        if (isTime() || filesCompared == files) {
            say("%s: compared %s of %s files".formatted(target, Numbers.count(filesCompared), Numbers.count(files)));
        }
    }

    private String done() {
        return "%s of %s files, %s of %s"
                .formatted(
                        Numbers.count(filesBefore + filesRead),
                        Numbers.count(files),
                        Numbers.bytes(bytesBefore + bytesRead),
                        Numbers.bytes(bytes));
    }

    private boolean isTime() {
        return System.nanoTime() - saidAt > NANOS_BETWEEN_LINES;
    }

    private void say(String line) {
        saidAt = System.nanoTime();
        err.println(line);
        err.flush();
    }
}
