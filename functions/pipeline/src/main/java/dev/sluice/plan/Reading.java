package dev.sluice.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// How the slices of a wave are read: which of them together, how they are found, and which reads are cut
/// into chunks. Pure: same facts, same choice.
///
/// One statement per slice is a trap (every one may scan the whole table), and so is one list for all
/// (an index may find ten slices of a thousand much faster): the source's planner knows its indexes, so
/// its costs decide.
///
/// @param groups every slice of the wave is in exactly one
/// @param reason the choice and what it was made from, for people
public record Reading(List<Group> groups, String reason) {
    /// How the rows of several slices are found.
    public enum Way {
        /// A statement per slice.
        EACH,
        /// One statement that names the slices.
        LIST,
        /// Every row, of whatever slice.
        PASS
    }

    /// @param chunks a read is cut by pages into so many batches; 1 for not cut
    public record Group(List<PlannedSlice> slices, Way way, int chunks) {
        public Group {
            slices = List.copyOf(slices);
        }
    }

    /// What the source's planner says. In its own unit: a page in sequence costs 1.
    ///
    /// @param all  every row of the table
    /// @param half every row on the first half of the pages
    /// @param list the slices by one statement
    /// @param one  a slice of middle size by itself
    public record Costs(double all, double half, double list, double one) {
        /// Tables so small that asking costs more than any answer saves.
        public static final Costs NOT_ASKED = new Costs(0, 0, 0, 0);
    }

    /// @param slices     to be read
    /// @param every      they are all slices that the table has
    /// @param tableRows  rows of the table
    /// @param columns    columns that are sent
    /// @param pages      pages of the table; 0 where it cannot be read by page
    /// @param readers    batches at once
    /// @param chunkBytes a batch reads at most about so many bytes of rows
    public record Facts(
            List<PlannedSlice> slices,
            boolean every,
            long tableRows,
            int columns,
            long pages,
            int readers,
            long chunkBytes) {
        public Facts {
            slices = List.copyOf(slices);
        }

        long bytes() {
            return slices.stream().mapToLong(PlannedSlice::bytes).sum();
        }

        /// Whether costs can change the choice.
        public boolean worthAsking() {
            boolean choice = !every && slices.size() > 1;
            return choice && tableRows > FEW_ROWS || pages > 1 && cuts(bytes(), chunkBytes);
        }
    }

    /// Whether so many bytes may be worth more than one batch.
    public static boolean cuts(long bytes, long chunkBytes) {
        return bytes > Math.min(MIN_BATCH_BYTES, chunkBytes);
    }

    /// Below this a batch of its own costs more in calls, objects and receipts than a second reader
    /// brings.
    static final long MIN_BATCH_BYTES = 32L << 20;

    /// A slice is not torn into pieces smaller than this for the sake of more readers: objects cost too.
    static final long MIN_PIECE_BYTES = 1L << 20;

    /// A scan of so few rows takes less than a statement more.
    static final long FEW_ROWS = 10_000;

    /// What one value sent costs the source: 15 columns of 3 million rows took 2.2 s more to send than to
    /// scan, which at 94 000 for 0.3 s is about 0.015 (PostgreSQL 15).
    static final double SENT_VALUE = 0.015;

    /// What a statement costs besides: parsing, planning, a round trip; about 0.3 ms.
    static final double STATEMENT = 100;

    /// Finding slices for less than this part of a whole scan is the work of an index.
    private static final double BY_INDEX = 0.5;

    public Reading {
        groups = List.copyOf(groups);
    }

    public static Reading choose(Facts facts, Costs costs) {
        boolean byPage = facts.pages() > 1 && costs.half() > 0 && costs.half() < 0.75 * costs.all();
        List<PlannedSlice> small = new ArrayList<>();
        List<Group> groups = new ArrayList<>();
        for (PlannedSlice slice : facts.slices()) {
            if (slice.bytes() > facts.chunkBytes() && facts.pages() > 1) {
                Way way = facts.every() && facts.slices().size() == 1 ? Way.PASS : Way.LIST;
                groups.add(new Group(List.of(slice), way, pieces(slice.bytes(), facts.chunkBytes(), facts.pages())));
            } else {
                small.add(slice);
            }
        }
        List<String> reasons = new ArrayList<>();
        if (!groups.isEmpty()) {
            reasons.add("%d larger than chunk_bytes, in %d chunks"
                    .formatted(
                            groups.size(),
                            groups.stream().mapToInt(Group::chunks).sum()));
        }
        if (!small.isEmpty()) {
            Way way = way(facts, small, costs);
            List<Group> together = together(facts, small, way, costs, byPage);
            groups.addAll(together);
            reasons.add(reason(facts, small, way, costs, together));
        }
        return new Reading(groups, String.join("; ", reasons));
    }

    private static Way way(Facts facts, List<PlannedSlice> small, Costs costs) {
        if (facts.every() && small.size() == facts.slices().size()) {
            return Way.PASS;
        }
        if (small.size() == 1 || costs.all() <= 0) {
            return Way.LIST;
        }
        double pass = pass(facts, costs);
        double list = list(facts, small, costs);
        double each = each(facts, small, costs);
        return each < list && each < pass ? Way.EACH : list <= pass ? Way.LIST : Way.PASS;
    }

    private static double pass(Facts facts, Costs costs) {
        return costs.all() + sending(facts, facts.tableRows());
    }

    private static double list(Facts facts, List<PlannedSlice> small, Costs costs) {
        int statements = Math.ceilDiv(small.size(), Batch.MAX_SLICES);
        return statements * (costs.list() + STATEMENT) + sending(facts, rows(small));
    }

    private static double each(Facts facts, List<PlannedSlice> small, Costs costs) {
        return small.size() * (costs.one() + STATEMENT) + sending(facts, rows(small));
    }

    private static double sending(Facts facts, long rows) {
        return SENT_VALUE * facts.columns() * rows;
    }

    private static long rows(List<PlannedSlice> slices) {
        return slices.stream().mapToLong(p -> p.source().rows()).sum();
    }

    /// Where an index finds the slices, several batches cost the source no more than one. Where it has to
    /// scan, each batch would scan again: then the table is cut by pages instead, if the source can read
    /// a range of pages without looking at the others.
    private static List<Group> together(Facts facts, List<PlannedSlice> small, Way way, Costs costs, boolean byPage) {
        long bytes = small.stream().mapToLong(PlannedSlice::bytes).sum();
        long batchBytes = Math.min(facts.chunkBytes(), Math.max(MIN_BATCH_BYTES, Math.ceilDiv(bytes, facts.readers())));
        boolean scans = way == Way.PASS || way == Way.LIST && costs.list() >= BY_INDEX * costs.all();
        if (!scans) {
            return Batch.group(small, batchBytes).stream()
                    .map(slices -> new Group(slices, way, 1))
                    .toList();
        }
        if (!byPage) {
            return Batch.group(small, facts.chunkBytes()).stream()
                    .map(slices -> new Group(slices, slices.size() < small.size() ? Way.LIST : way, 1))
                    .toList();
        }
        List<Group> groups = new ArrayList<>();
        for (List<PlannedSlice> slices : Batch.group(small, Long.MAX_VALUE)) {
            long groupBytes = slices.stream().mapToLong(PlannedSlice::bytes).sum();
            long worthwhile = Math.max(1, groupBytes / slices.size() / MIN_PIECE_BYTES);
            long needed = Math.ceilDiv(groupBytes, facts.chunkBytes());
            int chunks = pieces(groupBytes, batchBytes, Math.min(facts.pages(), Math.max(needed, worthwhile)));
            groups.add(new Group(slices, slices.size() < small.size() ? Way.LIST : way, chunks));
        }
        return groups;
    }

    private static int pieces(long bytes, long pieceBytes, long most) {
        return (int) Math.clamp(Math.ceilDiv(bytes, pieceBytes), 1, most);
    }

    private static String reason(Facts facts, List<PlannedSlice> small, Way way, Costs costs, List<Group> groups) {
        String what = switch (way) {
            case EACH -> "%d slices one by one".formatted(small.size());
            case LIST -> small.size() == 1 ? "one slice by name" : "%d slices by list".formatted(small.size());
            case PASS -> "every row in one pass";
        };
        int batches = groups.stream().mapToInt(Group::chunks).sum();
        String parts = batches == 1
                ? ""
                : groups.size() == batches
                        ? " in %d batches".formatted(batches)
                        : " in %d batches cut by page".formatted(batches);
        boolean compared = costs.all() > 0 && !facts.every() && small.size() > 1;
        return compared
                ? String.format(
                        Locale.ROOT,
                        "%s%s (the source's costs: list %.0f, one by one %.0f, pass %.0f)",
                        what,
                        parts,
                        list(facts, small, costs),
                        each(facts, small, costs),
                        pass(facts, costs))
                : what + parts;
    }

    /// The slice whose cost stands for all when they are read one by one.
    public static PlannedSlice middle(List<PlannedSlice> slices) {
        return slices.stream()
                .sorted(Comparator.comparingLong(p -> p.source().rows()))
                .toList()
                .get(slices.size() / 2);
    }
}
