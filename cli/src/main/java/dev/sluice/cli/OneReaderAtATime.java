package dev.sluice.cli;

import dev.sluice.drop.DropReader;
import dev.sluice.model.Feed.FeedColumn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Lets one reader of dropped files work at a time in this process, for the reasons that [OneAtATime] gives.
/// Thread-safe.
final class OneReaderAtATime implements Function<Path, DropReader> {
    private final Function<Path, DropReader> readers;
    private final Semaphore turn = new Semaphore(1, true);

    OneReaderAtATime(Function<Path, DropReader> readers) {
        this.readers = readers;
    }

    @Override
    public DropReader apply(Path directory) {
        turn.acquireUninterruptibly();
        boolean opened = false;
        try {
            DropReader reader = readers.apply(directory);
            opened = true;
            return new Turn(reader, turn);
        } finally {
            if (!opened) {
                turn.release();
            }
        }
    }

    private record Turn(DropReader reader, Semaphore turn) implements DropReader {
        @Override
        public Outcome read(Request request) {
            return reader.read(request);
        }

        @Override
        public Optional<Long> lineOfOther(List<Path> files, FeedColumn column, Map<String, String> parts) {
            return reader.lineOfOther(files, column, parts);
        }

        @Override
        public void close() {
            try {
                reader.close();
            } finally {
                turn.release();
            }
        }
    }
}
