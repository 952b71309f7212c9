package dev.sluice.machine;

import java.util.Collection;
import java.util.Comparator;

/** Finds the name somebody probably meant. */
final class Nearest {
    private Nearest() {}

    static String of(String name, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparing((String candidate) -> !beginsAlike(name, candidate))
                        .thenComparing(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    private static boolean beginsAlike(String left, String right) {
        return left.regionMatches(true, 0, right, 0, Math.min(left.length(), right.length()));
    }

    /** Levenshtein distance. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
