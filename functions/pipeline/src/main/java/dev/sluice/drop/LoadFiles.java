package dev.sluice.drop;

import dev.sluice.model.Feed;
import dev.sluice.store.Checkpoint;
import dev.sluice.store.Documents;
import dev.sluice.store.Keys;
import dev.sluice.store.Progress;
import dev.sluice.store.TableLocks;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The load stage of files that others drop: the files of a wave become visible in one transaction with their
/// ledger entries, or none of them.
///
/// Files do not depend on each other, so a batch that left no receipt stays out and the others go on; what is
/// left out is pending for the next run.
public record LoadFiles(
        Documents documents, DropWarehouse warehouse, TableLocks locks, Clock clock, Progress progress) {
    /// Publishes a wave, or returns the receipt of the attempt that already did.
    public FileLoadReceipt run(Feed feed, FeedPlan plan, int wave) {
        String key = Keys.loadReceipt(plan.runId(), plan.target(), wave);
        Optional<FileLoadReceipt> done = documents.find(key, FileLoadReceipt.class);
        if (done.isPresent()) {
            return done.get();
        }
        locks.renew(plan.target(), plan.runId(), plan.epoch());
        Tally tally = new Tally();
        for (int number = 0; number < plan.waves().get(wave); number++) {
            String receipt = Keys.receipt(plan.runId(), plan.target(), wave, number, FileReceipt.STAGE);
            Optional<FileReceipt> read = documents.find(receipt, FileReceipt.class);
            if (read.isPresent()) {
                read.get().files().forEach(file -> tally.add(file, receipt));
            } else {
                tally.unread(documents
                        .get(Keys.batch(plan.runId(), plan.target(), wave, number), FileBatch.class)
                        .files());
            }
        }
        Instant now = clock.instant();
        if (!tally.published.isEmpty()) {
            warehouse.publish(new DropPublication(
                    feed,
                    plan.runId(),
                    plan.epoch(),
                    wave,
                    now,
                    tally.published,
                    () -> locks.renew(plan.target(), plan.runId(), plan.epoch())));
        }
        progress.published(plan.target(), tally.published.size(), tally.rows);
        Checkpoint.reach("load.committed-without-receipt");
        FileLoadReceipt receipt = new FileLoadReceipt(
                FileLoadReceipt.FORMAT,
                plan.runId(),
                plan.target(),
                wave,
                now,
                tally.files,
                tally.rows,
                tally.badRows,
                tally.bytes,
                tally.notes);
        FileLoadReceipt committed = documents.commit(key, receipt, FileLoadReceipt.class);
        Checkpoint.reach("load.receipt-written");
        return committed;
    }

    /// What the batches of a wave came to.
    private static final class Tally {
        private final List<DropPublication.Published> published = new ArrayList<>();
        private final List<FileLoadReceipt.FileNote> notes = new ArrayList<>();
        private FileLoadReceipt.Files files = FileLoadReceipt.Files.NONE;
        private long rows;
        private long badRows;
        private long bytes;

        void add(FileReceipt.ReadFile file, String receipt) {
            String key = file.file().key();
            switch (file.state()) {
                case LOADED -> {
                    published.add(new DropPublication.Published(file, receipt));
                    count(new FileLoadReceipt.Files(1, 0, 0, 0, 0, 0));
                    rows += file.rows();
                    badRows += file.badRows();
                    bytes += file.file().bytes();
                }
                case SAME -> {
                    String of =
                            file.file().current().map(DropFile.Current::receipt).orElse(receipt);
                    published.add(new DropPublication.Published(file, of));
                    count(new FileLoadReceipt.Files(0, 1, 0, 0, 0, 0));
                }
                case REFUSED -> {
                    published.add(new DropPublication.Published(file, receipt));
                    count(new FileLoadReceipt.Files(0, 0, 1, 0, 0, 0));
                    badRows += file.badRows();
                    note(key, file.state(), file.reason().orElse(""));
                }
                case CHANGED -> {
                    count(new FileLoadReceipt.Files(0, 0, 0, 1, 0, 0));
                    note(key, file.state(), file.reason().orElse(""));
                }
                case FAILED -> {
                    count(new FileLoadReceipt.Files(0, 0, 0, 0, 1, 0));
                    note(key, file.state(), file.reason().orElse(""));
                }
            }
        }

        void unread(List<DropFile> batch) {
            count(new FileLoadReceipt.Files(0, 0, 0, 0, 0, batch.size()));
            String why = "the batch left no receipt; its function failed or was stopped, the next run reads it";
            batch.forEach(file -> note(file.key(), FileState.FAILED, why));
        }

        private void count(FileLoadReceipt.Files more) {
            files = files.plus(more);
        }

        private void note(String key, FileState state, String why) {
            if (notes.size() < FileLoadReceipt.MAX_NOTES) {
                notes.add(new FileLoadReceipt.FileNote(key, state, why));
            }
        }
    }
}
