package dev.sluice.parquet;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.Failure;
import dev.sluice.model.Slice;
import dev.sluice.plan.Batch;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Body;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Conveyor;
import dev.sluice.store.Documents;
import dev.sluice.store.InParallel;
import dev.sluice.store.Keys;
import dev.sluice.store.Part;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import dev.sluice.store.Ulid;
import dev.sluice.store.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The convert stage: the raw objects of a batch become Parquet objects. A slice that cannot be held
/// exactly is a status in the receipt; the others of the batch go on.
public record Convert(
        Documents documents,
        TableLocks locks,
        Function<Path, Converter> converters,
        WorkDirectory work,
        Clock clock,
        Progress progress) {
    /// Slices that are downloaded, converted and uploaded together.
    private static final int MAX_SLICES = 64;
    /// Most CSV of such a group, unless one slice alone has more, bytes: three groups are on the way at
    /// once, and lie on the local disk.
    private static final long MAX_BYTES = 64L << 20;

    /// Converts a landed batch, or returns the receipt of the attempt that already did.
    public ConvertReceipt run(Batch batch) {
        String key = Keys.receipt(batch.runId(), batch.target(), batch.wave(), batch.number(), ConvertReceipt.STAGE);
        Optional<ConvertReceipt> done = documents.find(key, ConvertReceipt.class);
        if (done.isPresent()) {
            return done.get();
        }
        locks.renew(batch.target(), batch.runId(), batch.epoch());
        LandReceipt landed = documents.get(
                Keys.receipt(batch.runId(), batch.target(), batch.wave(), batch.number(), LandReceipt.STAGE),
                LandReceipt.class);
        Instant startedAt = clock.instant();
        String attempt = Ulid.at(startedAt);
        List<ConvertReceipt.ConvertedSlice> slices = new ArrayList<>();
        try (WorkDirectory.Room room = work.room("convert");
                Converter converter = converters.apply(room.path())) {
            Conveyor.run(
                            groups(landed.slices()),
                            group -> InParallel.map(group.places(), place -> download(place, room)),
                            works -> convert(landed, works, converter),
                            works -> upload(landed, works, attempt))
                    .forEach(slices::addAll);
        }
        Checkpoint.reach("convert.objects-without-receipt");
        ConvertReceipt mine = new ConvertReceipt(
                ConvertReceipt.FORMAT,
                batch.runId(),
                batch.target(),
                batch.wave(),
                batch.number(),
                attempt,
                clock.instant(),
                Duration.between(startedAt, clock.instant()).toMillis() / 1000.0,
                slices);
        ConvertReceipt winner = documents.commit(key, mine, ConvertReceipt.class);
        Checkpoint.reach("convert.receipt-written");
        if (!winner.attempt().equals(attempt)) {
            documents
                    .store()
                    .delete(slices.stream()
                            .flatMap(s -> s.parts().stream().map(Part::key))
                            .toList());
        }
        return winner;
    }

    /// Slices that are on their way together.
    private record Group(List<Place> places) {}

    /// A slice, and the name of the directory that it has while it is on the way. Names come again when
    /// the group that had them has left, since a directory is dearer to make than a small file.
    private record Place(LandReceipt.Landed slice, String directory) {}

    /// In the order of the receipt.
    private static List<Group> groups(List<LandReceipt.Landed> slices) {
        List<Group> groups = new ArrayList<>();
        List<Place> open = new ArrayList<>();
        long bytes = 0;
        for (LandReceipt.Landed slice : slices) {
            boolean full = open.size() >= MAX_SLICES || bytes + slice.bytes() > MAX_BYTES;
            if (full && !open.isEmpty()) {
                groups.add(new Group(List.copyOf(open)));
                open.clear();
                bytes = 0;
            }
            open.add(new Place(slice, "%d-%d".formatted(groups.size() % Conveyor.ON_THE_WAY, open.size())));
            bytes += slice.bytes();
        }
        if (!open.isEmpty()) {
            groups.add(new Group(List.copyOf(open)));
        }
        return groups;
    }

    /// A slice on its way through this stage.
    private record Work(
            LandReceipt.Landed landed,
            Path directory,
            List<Path> raw,
            Optional<Converter.Converted> converted,
            Optional<LandReceipt.SliceFailure> failure) {
        Work with(LandReceipt receipt, Converter.Outcome outcome) {
            return switch (outcome) {
                case Converter.Outcome.Refused(Failure why) -> refused(why);
                case Converter.Outcome.Done(Converter.Converted found)
                when found.rows() != landed.fingerprint().rows() ->
                    refused(new DataMismatch("%s, slice %s: %d rows were landed and %d converted"
                            .formatted(
                                    receipt.source(),
                                    landed.slice(),
                                    landed.fingerprint().rows(),
                                    found.rows())));
                case Converter.Outcome.Done(Converter.Converted found) ->
                    new Work(landed, directory, raw, Optional.of(found), Optional.empty());
            };
        }

        private Work refused(Failure why) {
            return new Work(landed, directory, raw, Optional.empty(), Optional.of(LandReceipt.SliceFailure.of(why)));
        }
    }

    private Work download(Place place, WorkDirectory.Room room) {
        LandReceipt.Landed slice = place.slice();
        try {
            Path directory = room.path().resolve(place.directory());
            Files.createDirectories(directory);
            List<Path> raw = new ArrayList<>();
            for (Part part : slice.parts()) {
                Path file = directory.resolve(raw.size() + ".csv.zst");
                part.download(documents.store(), file);
                raw.add(file);
            }
            return new Work(slice, directory, raw, Optional.empty(), slice.failure());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Work> convert(LandReceipt landed, List<Work> works, Converter converter) {
        List<Work> wanted = works.stream()
                .filter(work ->
                        work.failure().isEmpty() && work.landed().fingerprint().rows() > 0)
                .toList();
        List<Converter.Outcome> outcomes = converter.convert(wanted.stream()
                .map(work -> new Converter.Request(
                        landed.source(),
                        work.landed().slice(),
                        landed.columns(),
                        landed.carried().orElse(landed.columns()),
                        work.raw(),
                        work.directory()))
                .toList());
        Map<Slice, Converter.Outcome> found = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            found.put(wanted.get(i).landed().slice(), outcomes.get(i));
        }
        return works.stream()
                .map(work -> Optional.ofNullable(found.get(work.landed().slice()))
                        .map(outcome -> work.with(landed, outcome))
                        .orElse(work))
                .toList();
    }

    private List<ConvertReceipt.ConvertedSlice> upload(LandReceipt landed, List<Work> works, String attempt) {
        List<ConvertReceipt.ConvertedSlice> slices = InParallel.map(works, work -> upload(landed, work, attempt));
        boolean first = landed.chunk().map(chunk -> chunk.index() == 0).orElse(true);
        progress.converted(landed.target(), first ? slices.size() : 0);
        return slices;
    }

    private ConvertReceipt.ConvertedSlice upload(LandReceipt landed, Work work, String attempt) {
        try {
            List<Part> parts = new ArrayList<>();
            List<Path> files = work.converted().map(Converter.Converted::files).orElse(List.of());
            for (Path file : files) {
                String key = Keys.lakeTable(landed.target())
                        + Keys.attempt(work.landed().segment(), landed.runId(), attempt)
                        + file.getFileName();
                parts.add(Part.upload(documents.store(), key, Body.of(file)));
                Files.delete(file);
                Checkpoint.reach("convert.object-written");
            }
            for (Path raw : work.raw()) {
                Files.delete(raw);
            }
            return new ConvertReceipt.ConvertedSlice(
                    work.landed().slice(),
                    work.converted().map(Converter.Converted::rows).orElse(0L),
                    parts.stream().mapToLong(Part::bytes).sum(),
                    work.converted().map(Converter.Converted::nulls).orElse(Map.of()),
                    parts,
                    work.failure());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
