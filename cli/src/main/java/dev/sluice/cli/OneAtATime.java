package dev.sluice.cli;

import dev.sluice.parquet.Converter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Lets one converter work at a time in this process. Each may use all of its memory limit and every core
/// by itself: two at once would need twice the memory and be no faster. Meanwhile the other batches read.
/// Thread-safe.
final class OneAtATime implements Function<Path, Converter> {
    private final Function<Path, Converter> converters;
    private final Semaphore turn = new Semaphore(1, true);

    OneAtATime(Function<Path, Converter> converters) {
        this.converters = converters;
    }

    @Override
    public Converter apply(Path directory) {
        turn.acquireUninterruptibly();
        boolean opened = false;
        try {
            Converter converter = converters.apply(directory);
            opened = true;
            return new Turn(converter, turn);
        } finally {
            if (!opened) {
                turn.release();
            }
        }
    }

    private record Turn(Converter converter, Semaphore turn) implements Converter {
        @Override
        public Converted convert(Request request) {
            return converter.convert(request);
        }

        @Override
        public List<Outcome> convert(List<Request> requests) {
            return converter.convert(requests);
        }

        @Override
        public void close() {
            try {
                converter.close();
            } finally {
                turn.release();
            }
        }
    }
}
