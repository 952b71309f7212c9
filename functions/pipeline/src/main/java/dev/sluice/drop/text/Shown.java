package dev.sluice.drop.text;

/// Names as messages show them.
public final class Shown {
    /// Longer names are cut; characters.
    private static final int LONGEST = 60;

    private Shown() {}

    /// On one line, in backticks, control characters written out, cut when long.
    public static String name(String name) {
        StringBuilder shown = new StringBuilder("`");
        name.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                shown.append("\\u%04x".formatted(c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.append(name.codePointCount(0, name.length()) > LONGEST ? "…`" : "`")
                .toString();
    }
}
