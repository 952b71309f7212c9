package dev.sluice.cli;

import dev.sluice.drop.FeedPlan;
import dev.sluice.drop.FeedResult;
import dev.sluice.drop.FileLoadReceipt;
import dev.sluice.model.InvalidRequest;
import dev.sluice.run.DropReport;
import dev.sluice.store.Keys;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// What `receive` and `watch` print for people.
final class PrintedDrops {
    /// Files listed one by one.
    private static final int LISTED_FILES = 20;

    private PrintedDrops() {}

    static void report(DropReport report, PrintWriter out) {
        TextTable table = new TextTable(
                List.of("feed", "table", "status", "loaded", "same", "refused", "kept", "rows", "bad rows", "moved"),
                Set.of(3, 4, 5, 6, 7, 8, 9));
        for (FeedResult f : report.feeds()) {
            table.row(List.of(
                    f.feed(),
                    f.table().toString(),
                    f.status().name(),
                    Numbers.count(f.files().loaded()),
                    Numbers.count(f.files().same()),
                    Numbers.count(f.files().refused()),
                    Numbers.count(f.found().kept()),
                    Numbers.count(f.rows()),
                    Numbers.count(f.badRows()),
                    Numbers.bytes(f.bytes())));
        }
        table.print(out);
        report.feeds().forEach(f -> notes(f, out));
        report.error().ifPresent(error -> out.println("! " + error));
        out.printf("%s: run %s in %s%n", report.status(), report.runId(), Numbers.seconds(report.seconds()));
    }

    /// @param files in a local lake
    static void unseen(List<Path> files, PrintWriter err) {
        if (!files.isEmpty()) {
            err.printf(
                    "sluice: %s %s not seen because of %s name, such as %s; rename, as docs/drops.md says%n",
                    Numbers.count(files.size()),
                    files.size() == 1 ? "file is" : "files are",
                    files.size() == 1 ? "its" : "their",
                    files.getFirst());
        }
    }

    /// One line for a run of `watch`, and what is wrong.
    static void line(DropReport report, PrintWriter out) {
        for (FeedResult f : report.feeds()) {
            if (f.found().pending() > 0 || f.status() != FeedResult.Status.SUCCEEDED) {
                out.printf(
                        "%s  %s: %s loaded, %s rows (%s)%n",
                        report.runId(),
                        f.feed(),
                        Numbers.count(f.files().loaded()),
                        Numbers.count(f.rows()),
                        Numbers.seconds(report.seconds()));
                notes(f, out);
            }
        }
        report.error().ifPresent(error -> out.println("! " + error));
    }

    private static void notes(FeedResult f, PrintWriter out) {
        FeedPlan.Found found = f.found();
        waiting(f, found.young(), "still being written, perhaps: the next run reads %s", out);
        waiting(f, found.later(), "more than one run takes on: the next run reads %s", out);
        waiting(f, found.empty(), "empty: what was loaded from %s before stays", out);
        waiting(f, f.files().changed(), "changed while being read: the next run reads %s", out);
        waiting(f, found.refused(), "refused before and unchanged: see sluice.drops for %s", out);
        if (f.badRows() > 0) {
            out.printf(
                    "· %s: bad rows are in the lake under %s, with the reason for each%n",
                    f.feed(), Keys.quarantine(f.feed()));
        }
        List<FileLoadReceipt.FileNote> notes = f.notes();
        notes.subList(0, Math.min(LISTED_FILES, notes.size()))
                .forEach(note ->
                        out.printf("! %s: %s: %s%n", f.feed(), note.state().word(), note.why()));
        if (notes.size() > LISTED_FILES) {
            out.printf("  … and %d more (sluice receive -o json)%n", notes.size() - LISTED_FILES);
        }
        f.differences().forEach(difference -> out.println("! " + difference));
        f.error().ifPresent(error -> out.println("! " + f.feed() + ": " + error));
        if (f.late()) {
            out.printf(
                    "! %s: late: the newest file is %s%n",
                    f.feed(), f.newestAt().map(at -> "of " + at).orElse("still to come"));
        }
    }

    private static void waiting(FeedResult f, int files, String why, PrintWriter out) {
        if (files > 0) {
            out.printf(
                    "· %s: %s %s %s%n",
                    f.feed(),
                    Numbers.count(files),
                    files == 1 ? "file is" : "files are",
                    why.formatted(files == 1 ? "it" : "them"));
        }
    }

    static int exitCode(DropReport report) {
        boolean misconfigured =
                report.errorType().map(InvalidRequest.class.getName()::equals).orElse(false);
        if (misconfigured) {
            return Sluice.USAGE;
        }
        return report.status().equals("SUCCEEDED") ? Sluice.OK : Sluice.FAILED;
    }
}
