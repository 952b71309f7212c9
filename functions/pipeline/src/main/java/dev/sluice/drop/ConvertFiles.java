package dev.sluice.drop;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.Failure;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.model.LimitExceeded;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.store.Body;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Conveyor;
import dev.sluice.store.Documents;
import dev.sluice.store.InParallel;
import dev.sluice.store.Keys;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.Part;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.Ulid;
import dev.sluice.store.WorkDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The convert stage of files that others drop: each is copied unchanged, then becomes Parquet objects, or is
/// refused. A file that changed since it was listed is left to the next run.
public record ConvertFiles(
        Documents documents,
        TableLocks locks,
        Function<Path, DropReader> readers,
        WorkDirectory work,
        Clock clock,
        Progress progress) {
    /// Files that are downloaded, read and uploaded together; three such groups are on the local disk at
    /// once.
    private static final int GROUP_FILES = 64;

    private static final long GROUP_BYTES = 64L << 20;

    /// Larger files are read one at a time, with all the memory there is, and not uploaded again if they are
    /// there; for smaller ones asking costs as much as uploading. Bytes as they were dropped.
    private static final long SMALL_BYTES = 8L << 20;

    /// Reads a batch, or returns the receipt of the attempt that already did.
    public FileReceipt run(Feed feed, FileBatch batch) {
        return run(feed, batch, Optional.empty());
    }

    /// @param tree where the files are, if not under the feed's prefix
    public FileReceipt run(Feed feed, FileBatch batch, Optional<OpenHistory> tree) {
        String key = Keys.receipt(batch.runId(), batch.target(), batch.wave(), batch.number(), FileReceipt.STAGE);
        Optional<FileReceipt> done = documents.find(key, FileReceipt.class);
        if (done.isPresent()) {
            return done.get();
        }
        locks.renew(batch.target(), batch.runId(), batch.epoch());
        Instant startedAt = clock.instant();
        String attempt = Ulid.at(startedAt);
        List<FileReceipt.ReadFile> files = new ArrayList<>();
        try (WorkDirectory.Room room = work.room("convert");
                Turn reader = new Turn(readers, room.path())) {
            List<List<Place>> groups = groups(batch.files(), room.path());
            Conveyor.run(
                            groups,
                            group -> InParallel.map(group, place -> fetch(place, tree)),
                            works -> reader.of(groups.size(), opened -> read(feed, works, opened, tree)),
                            works -> InParallel.map(works, w -> put(feed, batch, w, attempt)))
                    .forEach(files::addAll);
        }
        Checkpoint.reach("convert.objects-without-receipt");
        FileReceipt mine = new FileReceipt(
                FileReceipt.FORMAT,
                batch.runId(),
                batch.target(),
                batch.wave(),
                batch.number(),
                attempt,
                clock.instant(),
                Duration.between(startedAt, clock.instant()).toMillis() / 1000.0,
                files);
        FileReceipt winner = documents.commit(key, mine, FileReceipt.class);
        Checkpoint.reach("convert.receipt-written");
        if (!winner.attempt().equals(attempt)) {
            documents
                    .store()
                    .delete(files.stream()
                            .flatMap(ConvertFiles::ofAttempt)
                            .map(Part::key)
                            .toList());
        }
        return winner;
    }

    /// The original is named by its content and may be another attempt's as well.
    private static Stream<Part> ofAttempt(FileReceipt.ReadFile file) {
        return Stream.concat(file.parts().stream(), file.quarantine().stream());
    }

    /// The reader from the first group's turn to the end of the last one's: another batch may be waiting for
    /// it, and can go on while this one uploads.
    private static final class Turn implements AutoCloseable {
        private final Function<Path, DropReader> readers;
        private final Path directory;
        private Optional<DropReader> reader = Optional.empty();
        private int groups;

        Turn(Function<Path, DropReader> readers, Path directory) {
            this.readers = readers;
            this.directory = directory;
        }

        List<Work> of(int allGroups, Function<DropReader, List<Work>> group) {
            DropReader opened = reader.orElseGet(() -> readers.apply(directory));
            reader = Optional.of(opened);
            List<Work> read = group.apply(opened);
            groups++;
            if (groups == allGroups) {
                close();
            }
            return read;
        }

        @Override
        public void close() {
            Optional<DropReader> open = reader;
            reader = Optional.empty();
            open.ifPresent(DropReader::close);
        }
    }

    /// A file and the directory that is its own.
    private record Place(DropFile file, Path directory) {
        Path original() {
            return directory.resolve("original");
        }
    }

    private static List<List<Place>> groups(List<DropFile> files, Path room) {
        List<List<Place>> groups = new ArrayList<>();
        List<Place> open = new ArrayList<>();
        long bytes = 0;
        for (DropFile file : files) {
            boolean full = open.size() >= GROUP_FILES || bytes + file.bytes() > GROUP_BYTES;
            if (full && !open.isEmpty()) {
                groups.add(List.copyOf(open));
                open.clear();
                bytes = 0;
            }
            open.add(new Place(file, room.resolve("%d-%d".formatted(groups.size(), open.size()))));
            bytes += file.bytes();
        }
        if (!open.isEmpty()) {
            groups.add(List.copyOf(open));
        }
        return groups;
    }

    /// A file on its way through this stage; without an outcome of the reader it was fetched only, or is
    /// settled already.
    private record Work(
            Place place,
            Fetched fetched,
            Optional<DropReader.Outcome> outcome,
            Optional<FileReceipt.ReadFile> settled) {
        static Work settled(Place place, FileReceipt.ReadFile file) {
            return new Work(place, new Fetched("", ""), Optional.empty(), Optional.of(file));
        }

        boolean isRead() {
            return outcome.isPresent() || settled.isPresent();
        }

        boolean isSmall() {
            return place.file().bytes() <= SMALL_BYTES;
        }
    }

    private record Fetched(String version, String sha256) {}

    private Work fetch(Place place, Optional<OpenHistory> tree) {
        DropFile file = place.file();
        try {
            Files.createDirectories(place.directory());
            Optional<Fetched> fetched = download(file.listed(), place.original(), tree);
            if (fetched.isEmpty()) {
                String why = file.key() + ": changed or went away while it was to be read";
                return Work.settled(place, FileReceipt.ReadFile.unread(file, FileState.CHANGED, why));
            }
            String sha256 = fetched.get().sha256();
            Optional<DropFile.Current> same =
                    file.current().filter(current -> current.sha256().equals(sha256));
            return same.map(current -> Work.settled(place, same(file, fetched.get(), current)))
                    .orElseGet(() -> new Work(place, fetched.get(), Optional.empty(), Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Fetched> download(ObjectStore.Stat listed, Path to, Optional<OpenHistory> tree)
            throws IOException {
        Optional<ObjectStore.Opened> opened = tree.isPresent()
                ? tree.get().tree().openUnchanged(listed)
                : documents.store().openUnchanged(listed);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        MessageDigest digest = sha256();
        try (ObjectStore.Opened object = opened.get();
                OutputStream out = new DigestOutputStream(Files.newOutputStream(to), digest)) {
            long bytes = object.in().transferTo(out);
            if (bytes != listed.bytes()) {
                return Optional.empty();
            }
        }
        if (tree.isPresent() && !tree.get().tree().isStill(listed)) {
            return Optional.empty();
        }
        return Optional.of(new Fetched(opened.get().version(), HexFormat.of().formatHex(digest.digest())));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FileReceipt.ReadFile same(DropFile file, Fetched fetched, DropFile.Current current) {
        return new FileReceipt.ReadFile(
                file,
                FileState.SAME,
                fetched.version(),
                fetched.sha256(),
                current.rows(),
                current.badRows(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /// Small files side by side; then, alone, what is large or found too little memory beside others.
    private static List<Work> read(Feed feed, List<Work> works, DropReader reader, Optional<OpenHistory> tree) {
        List<Work> small = InParallel.map(works, work -> work.isSmall() ? readBeside(feed, work, reader, tree) : work);
        return small.stream().map(work -> read(feed, work, reader, tree)).toList();
    }

    private static Work readBeside(Feed feed, Work work, DropReader reader, Optional<OpenHistory> tree) {
        try {
            return work.isRead() ? work : outcome(feed, work, reader, tree);
        } catch (LimitExceeded e) {
            return work;
        } catch (UnsupportedValue | DataMismatch | InvalidRequest e) {
            return failed(work, e);
        }
    }

    private static Work read(Feed feed, Work work, DropReader reader, Optional<OpenHistory> tree) {
        try {
            return work.isRead() ? work : outcome(feed, work, reader, tree);
        } catch (LimitExceeded | UnsupportedValue | DataMismatch | InvalidRequest e) {
            return failed(work, e);
        }
    }

    /// Not a word about the file: another machine or configuration may read it.
    private static Work failed(Work work, Failure why) {
        return Work.settled(
                work.place(),
                FileReceipt.ReadFile.unread(work.place().file(), FileState.FAILED, String.valueOf(why.getMessage())));
    }

    private static Work outcome(Feed feed, Work work, DropReader reader, Optional<OpenHistory> tree) {
        DropFile file = work.place().file();
        try {
            Path out = Files.createDirectories(work.place().directory().resolve("parquet"));
            DropReader.Request request =
                    new DropReader.Request(feed, work.place().original(), file.key(), file.parts(), out);
            DropReader.Outcome outcome = tree.isPresent() ? tree.get().read(reader, request) : reader.read(request);
            return new Work(work.place(), work.fetched(), Optional.of(outcome), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileReceipt.ReadFile put(Feed feed, FileBatch batch, Work work, String attempt) {
        try {
            FileReceipt.ReadFile file = work.outcome().isPresent()
                    ? put(feed, batch, work, work.outcome().get(), attempt)
                    : work.settled().orElseThrow();
            delete(work.place().directory());
            progress.converted(batch.target(), 1);
            progress.readFile(batch.target(), file.rows(), file.file().bytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileReceipt.ReadFile put(Feed feed, FileBatch batch, Work work, DropReader.Outcome outcome, String attempt)
            throws IOException {
        DropFile file = work.place().file();
        Optional<Part> original = Optional.of(keep(batch, work));
        Checkpoint.reach("convert.original-written");
        String own = Keys.fileAttempt(file.key(), batch.runId(), attempt);
        switch (outcome) {
            case DropReader.Outcome.Taken taken -> {
                List<Part> parts = new ArrayList<>();
                for (Path parquet : taken.files()) {
                    String key = Keys.lakeTable(batch.target()) + own + parquet.getFileName();
                    parts.add(Part.upload(documents.store(), key, Body.of(parquet)));
                    Checkpoint.reach("convert.object-written");
                }
                return new FileReceipt.ReadFile(
                        file,
                        FileState.LOADED,
                        work.fetched().version(),
                        work.fetched().sha256(),
                        taken.rows(),
                        taken.badRows(),
                        taken.columns(),
                        original,
                        parts,
                        quarantine(feed, own, taken.quarantine()),
                        Optional.empty());
            }
            case DropReader.Outcome.Refused refused -> {
                return new FileReceipt.ReadFile(
                        file,
                        FileState.REFUSED,
                        work.fetched().version(),
                        work.fetched().sha256(),
                        0,
                        refused.badRows(),
                        List.of(),
                        original,
                        List.of(),
                        quarantine(feed, own, refused.quarantine()),
                        Optional.of(refused.why()));
            }
        }
    }

    /// Copies the file unchanged. Its key says its content, so one that is there already is this one.
    private Part keep(FileBatch batch, Work work) {
        DropFile file = work.place().file();
        String sha256 = work.fetched().sha256();
        String key = Keys.original(batch.target(), file.key(), sha256);
        boolean there = file.bytes() > SMALL_BYTES
                && documents
                        .store()
                        .stat(key)
                        .filter(s -> s.bytes() == file.bytes())
                        .isPresent();
        if (!there) {
            documents.store().upload(key, Body.of(work.place().original()));
        }
        return new Part(key, file.bytes(), sha256);
    }

    private Optional<Part> quarantine(Feed feed, String own, Optional<Path> csv) throws IOException {
        if (csv.isEmpty()) {
            return Optional.empty();
        }
        String key = Keys.quarantine(feed.name()) + own + "quarantine.csv";
        return Optional.of(Part.upload(documents.store(), key, Body.of(csv.get())));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
