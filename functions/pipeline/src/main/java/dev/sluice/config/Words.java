package dev.sluice.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How messages spell what was found and what was expected.
final class Words {
    /// Longer texts are cut in messages; characters.
    private static final int SHOWN = 60;

    /// Longer texts get no suggestion; characters.
    private static final int COMPARED = 130;

    private Words() {}

    /// A text on one line, control characters written out, cut when long.
    static String plain(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(SHOWN).forEach(c -> {
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || Character.getType(c) == Character.FORMAT) {
                line.append("\\u%04x".formatted(c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > SHOWN ? line + "…" : line.toString();
    }

    static String quoted(String text) {
        return "`" + plain(text) + "`";
    }

    /// `a, b or c`.
    static String oneOf(Collection<String> words) {
        StringBuilder list = new StringBuilder();
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            if (!list.isEmpty()) {
                list.append(rest.hasNext() ? ", " : " or ");
            }
            list.append(word);
        }
        return list.toString();
    }

    /// The candidate that was probably meant: at most a third of its letters differ, case and `-_` aside.
    static Optional<String> nearest(String text, Collection<String> candidates) {
        if (text.length() > COMPARED) {
            return Optional.empty();
        }
        String folded = fold(text);
        record Scored(String word, int distance) {}
        return candidates.stream()
                .map(word -> new Scored(word, distance(folded, fold(word))))
                .filter(scored ->
                        scored.distance <= Math.max(1, fold(scored.word).length() / 3))
                .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::word))
                .map(Scored::word);
    }

    /// `; did you mean x?`, or else what is given.
    static String suggestion(String text, Collection<String> candidates, String otherwise) {
        return nearest(text, candidates)
                .map(word -> "; did you mean " + quoted(word) + "?")
                .orElse(otherwise);
    }

    static String belongsTo(String key, List<String> strategies, String actual) {
        return "`%s` belongs to strategy %s; this table is %s".formatted(key, oneOf(strategies), actual);
    }

    private static String fold(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /// Levenshtein distance: letters to add, drop or change.
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
