package dev.sluice.parquet;

import dev.sluice.model.DataMismatch;
import dev.sluice.model.UnsupportedValue;
import dev.sluice.plan.Batch;
import dev.sluice.raw.LandReceipt;
import dev.sluice.store.Checkpoint;
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
    /// Slices that lie on the local disk at once.
    private static final int SLICES_AT_ONCE = 64;

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
            for (int from = 0; from < landed.slices().size(); from += SLICES_AT_ONCE) {
                List<LandReceipt.Landed> some =
                        landed.slices().subList(from, Math.min(landed.slices().size(), from + SLICES_AT_ONCE));
                slices.addAll(convert(landed, some, converter, room, attempt));
                progress.converted(batch.target(), batch.isPart() ? 0 : some.size());
            }
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

    /// Downloads side by side, converts one after another (the converter uses every core by itself),
    /// uploads side by side.
    private List<ConvertReceipt.ConvertedSlice> convert(
            LandReceipt landed,
            List<LandReceipt.Landed> slices,
            Converter converter,
            WorkDirectory.Room room,
            String attempt) {
        List<Work> downloaded = InParallel.map(slices, slice -> download(slice, room));
        List<Work> converted = downloaded.stream()
                .map(work -> convert(landed, work, converter))
                .toList();
        return InParallel.map(converted, work -> upload(landed, work, attempt));
    }

    /// A slice on its way through this stage.
    private record Work(
            LandReceipt.Landed landed,
            Path directory,
            List<Path> raw,
            Optional<Converter.Converted> converted,
            Optional<LandReceipt.SliceFailure> failure) {}

    private Work download(LandReceipt.Landed slice, WorkDirectory.Room room) {
        try {
            Path directory = Files.createTempDirectory(room.path(), "slice-");
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

    private static Work convert(LandReceipt landed, Work work, Converter converter) {
        LandReceipt.Landed slice = work.landed();
        if (work.failure().isPresent() || slice.fingerprint().rows() == 0) {
            return work;
        }
        try {
            Converter.Converted converted = converter.convert(new Converter.Request(
                    landed.source(), slice.slice(), landed.columns(), work.raw(), work.directory()));
            if (converted.rows() != slice.fingerprint().rows()) {
                throw new DataMismatch("%s, slice %s: %d rows were landed and %d converted"
                        .formatted(
                                landed.source(),
                                slice.slice(),
                                slice.fingerprint().rows(),
                                converted.rows()));
            }
            return new Work(slice, work.directory(), work.raw(), Optional.of(converted), Optional.empty());
        } catch (UnsupportedValue | DataMismatch refused) {
            return new Work(
                    slice,
                    work.directory(),
                    work.raw(),
                    Optional.empty(),
                    Optional.of(LandReceipt.SliceFailure.of(refused)));
        }
    }

    private ConvertReceipt.ConvertedSlice upload(LandReceipt landed, Work work, String attempt) {
        try {
            List<Part> parts = new ArrayList<>();
            List<Path> files = work.converted().map(Converter.Converted::files).orElse(List.of());
            for (Path file : files) {
                String key = Keys.lakeTable(landed.target())
                        + Keys.attempt(work.landed().segment(), landed.runId(), attempt)
                        + file.getFileName();
                parts.add(Part.upload(documents.store(), key, file));
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
