package dev.sluice.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Columns that line up. Numbers to the right, the rest to the left.
final class TextTable {
    private final List<String> header;
    private final Set<Integer> right;
    private final List<List<String>> rows = new ArrayList<>();

    /// @param right columns that are aligned to the right, by index
    TextTable(List<String> header, Set<Integer> right) {
        this.header = header;
        this.right = right;
    }

    void row(List<String> cells) {
        rows.add(cells);
    }

    void print(PrintWriter out) {
        int[] widths = new int[header.size()];
        List<List<String>> all = new ArrayList<>();
        all.add(header);
        all.addAll(rows);
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(
                        widths[i], row.get(i).codePointCount(0, row.get(i).length()));
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                String blank = " ".repeat(widths[i] - cell.codePointCount(0, cell.length()));
                line.append(right.contains(i) ? blank + cell : cell + blank).append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
