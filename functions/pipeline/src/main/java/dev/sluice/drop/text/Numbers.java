package dev.sluice.drop.text;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Numbers in the spelling of PostgreSQL. A number may have a sign, zeros in front or behind the point, and an
/// exponent; blanks and signs between thousands are refused.
final class Numbers {
    private static final String NO_NUMBER = "no number";
    /// Longer texts with an exponent are refused; characters.
    private static final int LONGEST_WITH_EXPONENT = 400;
    /// An exponent beyond is no number of at most 38 digits.
    private static final int GREATEST_EXPONENT = 400;

    private Numbers() {}

    /// The pieces of `[+-]digits[.digits]`, zeros in front and at the end left aside.
    private static final class Pieces {
        boolean negative;
        int wholeFrom;
        int wholeTo;
        int fractionFrom;
        int fractionTo;

        boolean isZero() {
            return wholeFrom == wholeTo && fractionFrom == fractionTo;
        }

        /// @return false if the text has another form
        boolean read(byte[] text, int from, int to) {
            int at = from;
            negative = at < to && text[at] == '-';
            if (at < to && (text[at] == '-' || text[at] == '+')) {
                at++;
            }
            wholeFrom = at;
            at = digits(text, at, to);
            wholeTo = at;
            fractionFrom = at;
            fractionTo = at;
            if (at < to && text[at] == '.') {
                fractionFrom = at + 1;
                at = digits(text, at + 1, to);
                fractionTo = at;
            }
            boolean good = at == to && (wholeTo > wholeFrom || fractionTo > fractionFrom);
            while (wholeFrom < wholeTo && text[wholeFrom] == '0') {
                wholeFrom++;
            }
            while (fractionTo > fractionFrom && text[fractionTo - 1] == '0') {
                fractionTo--;
            }
            return good;
        }

        private static int digits(byte[] text, int from, int to) {
            int at = from;
            while (at < to && text[at] >= '0' && text[at] <= '9') {
                at++;
            }
            return at;
        }
    }

    /// The same number without an exponent; empty if it is none.
    private static Optional<byte[]> withoutExponent(byte[] text, int from, int to) {
        boolean exponent = Utf8.find(text, from, to, (byte) 'e') < to || Utf8.find(text, from, to, (byte) 'E') < to;
        if (!exponent || to - from > LONGEST_WITH_EXPONENT) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(new String(text, from, to - from, StandardCharsets.US_ASCII));
            if (number.signum() == 0) {
                number = BigDecimal.ZERO;
            }
            return Math.abs((long) number.scale()) > GREATEST_EXPONENT
                    ? Optional.empty()
                    : Optional.of(number.toPlainString().getBytes(StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    record Whole(long min, long max, String name, Pieces pieces) implements Spelling {
        Whole(long min, long max, String name) {
            this(min, max, name, new Pieces());
        }

        @Override
        public @Nullable String write(byte[] text, int from, int to, RowText out) {
            if (!pieces.read(text, from, to)) {
                Optional<byte[]> plain = withoutExponent(text, from, to);
                return plain.isPresent() ? write(plain.get(), 0, plain.get().length, out) : NO_NUMBER;
            }
            if (pieces.fractionTo > pieces.fractionFrom) {
                return "a number that is not whole";
            }
            String outside = "a number outside the range of " + name;
            if (pieces.wholeTo - pieces.wholeFrom > 19) {
                return outside;
            }
            long value = 0;
            for (int i = pieces.wholeFrom; i < pieces.wholeTo; i++) {
                // negative, because −2^63 has no counterpart
                long digit = (long) text[i] - '0';
                if (value < (Long.MIN_VALUE + digit) / 10) {
                    return outside;
                }
                value = value * 10 - digit;
            }
            if (!pieces.negative && value == Long.MIN_VALUE) {
                return outside;
            }
            long signed = pieces.negative ? value : -value;
            if (signed < min || signed > max) {
                return outside;
            }
            out.number(signed);
            return null;
        }
    }

    record Exact(int precision, int scale, Pieces pieces) implements Spelling {
        Exact(int precision, int scale) {
            this(precision, scale, new Pieces());
        }

        @Override
        public @Nullable String write(byte[] text, int from, int to, RowText out) {
            if (!pieces.read(text, from, to)) {
                Optional<byte[]> plain = withoutExponent(text, from, to);
                return plain.isPresent() ? write(plain.get(), 0, plain.get().length, out) : NO_NUMBER;
            }
            int behind = pieces.fractionTo - pieces.fractionFrom;
            if (behind > scale) {
                return "a number with more than %d digits behind the point".formatted(scale);
            }
            if (pieces.wholeTo - pieces.wholeFrom > precision - scale) {
                return "a number with more than %d digits before the point".formatted(precision - scale);
            }
            if (pieces.negative && !pieces.isZero()) {
                out.add((byte) '-');
            }
            if (pieces.wholeFrom == pieces.wholeTo) {
                out.add((byte) '0');
            }
            out.add(text, pieces.wholeFrom, pieces.wholeTo);
            if (scale > 0) {
                out.add((byte) '.');
                out.add(text, pieces.fractionFrom, pieces.fractionTo);
                out.zeros(scale - behind);
            }
            return null;
        }
    }

    record Floating(boolean single) implements Spelling {
        @Override
        public @Nullable String write(byte[] text, int from, int to, RowText out) {
            if (Spelling.is(text, from, to, "nan")) {
                out.add("NaN");
                return null;
            }
            int begin = from < to && text[from] == '+' ? from + 1 : from;
            boolean negative = begin < to && text[begin] == '-';
            int unsigned = negative ? begin + 1 : begin;
            if (Spelling.is(text, unsigned, to, "infinity") || Spelling.is(text, unsigned, to, "inf")) {
                out.add(negative ? "-Infinity" : "Infinity");
                return null;
            }
            if (!isNumber(text, unsigned, to)) {
                return NO_NUMBER;
            }
            String spelled = new String(text, begin, to - begin, StandardCharsets.US_ASCII);
            double value = single ? Float.parseFloat(spelled) : Double.parseDouble(spelled);
            if (Double.isInfinite(value) || value == 0 && hasDigits(text, unsigned, to)) {
                return "a number outside the range of " + (single ? "real" : "double precision");
            }
            if (value == 0 && negative) {
                out.negativeZero();
            } else if (value == 0) {
                out.add((byte) '0');
            } else {
                out.add(text, begin, to);
            }
            return null;
        }

        /// `digits[.digits][e[+-]digits]`
        private static boolean isNumber(byte[] text, int from, int to) {
            int whole = Pieces.digits(text, from, to);
            int at = whole;
            if (at < to && text[at] == '.') {
                at = Pieces.digits(text, at + 1, to);
            }
            if (whole == from || text[at - 1] == '.') {
                return false;
            }
            if (at < to && (text[at] == 'e' || text[at] == 'E')) {
                at++;
                if (at < to && (text[at] == '+' || text[at] == '-')) {
                    at++;
                }
                int exponent = at;
                at = Pieces.digits(text, at, to);
                return at == to && at > exponent;
            }
            return at == to;
        }

        /// Whether a digit other than 0 stands before the exponent.
        private static boolean hasDigits(byte[] text, int from, int to) {
            for (int i = from; i < to && text[i] != 'e' && text[i] != 'E'; i++) {
                if (text[i] >= '1' && text[i] <= '9') {
                    return true;
                }
            }
            return false;
        }
    }
}
