package dev.sluice.adapter.postgres;

import dev.sluice.model.Column;
import dev.sluice.model.Grain;
import dev.sluice.model.Slice;
import dev.sluice.model.TimeSlice;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A condition on the plain column that every row of the wanted slices meets, so that an index can find
/// them. It may let more through: the exact predicate on the key decides.
@FunctionalInterface
interface Prefilter {
    /// @param texts the wanted slices' texts
    /// @param nulls whether rows without a value are wanted too
    /// @return empty when no safe condition is known
    Optional<String> condition(List<String> texts, boolean nulls);

    static Prefilter none() {
        return (texts, nulls) -> Optional.empty();
    }

    /// For types whose values are equal when their texts are, if each text is one that the type can read
    /// back.
    static Prefilter ofValues(Column column) {
        Optional<ReadBack> readable = readable(column.baseType());
        if (readable.isEmpty()) {
            return none();
        }
        String name = Sql.identifier(column.name());
        return (texts, nulls) -> texts.stream().allMatch(readable.get()::accepts)
                ? Optional.of(either(
                        texts.isEmpty()
                                ? List.of()
                                : List.of(name + " = ANY(" + Sql.arrayLiteral(texts) + "::"
                                        + readable.get().arrayType() + ")"),
                        name,
                        nulls))
                : Optional.empty();
    }

    /// Ranges of time, a day wider at both ends than any time zone needs.
    static Prefilter ofTimes(Column column, Grain grain) {
        return (texts, nulls) -> {
            List<TimeSlice> slices = new ArrayList<>();
            for (String text : texts) {
                Optional<TimeSlice> slice = TimeSlice.parse(Slice.ofText(text), grain);
                if (slice.isEmpty()) {
                    return Optional.empty();
                }
                slices.add(slice.get());
            }
            return Optional.of(either(Ranges.conditions(column, slices), Sql.identifier(column.name()), nulls));
        };
    }

    private static String either(List<String> alternatives, String name, boolean nulls) {
        List<String> all = new ArrayList<>(alternatives);
        if (nulls) {
            all.add(name + " IS NULL");
        }
        return all.isEmpty() ? "false" : "(" + String.join(" OR ", all) + ")";
    }

    /// Texts that a type reads back without an error.
    record ReadBack(String arrayType, Predicate<String> test) {
        boolean accepts(String text) {
            return test.test(text);
        }
    }

    private static Optional<ReadBack> readable(String baseType) {
        return switch (baseType) {
            case "int2" -> integer("int2[]", Short.MIN_VALUE, Short.MAX_VALUE);
            case "int4" -> integer("int4[]", Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int8" -> integer("int8[]", Long.MIN_VALUE, Long.MAX_VALUE);
            case "numeric" -> readable("numeric[]", "-?\\d{1,1000}(\\.\\d{1,1000})?");
            case "text", "varchar" -> readable("text[]", "(?s).*");
            case "bpchar" -> readable("bpchar[]", "(?s).*");
            case "uuid" -> readable("uuid[]", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            case "date" -> Optional.of(new ReadBack("date[]", Prefilter::isDate));
            default -> Optional.empty();
        };
    }

    private static Optional<ReadBack> readable(String arrayType, String pattern) {
        return Optional.of(new ReadBack(arrayType, Pattern.compile(pattern).asMatchPredicate()));
    }

    private static Optional<ReadBack> integer(String arrayType, long min, long max) {
        Predicate<String> looksLikeOne = Pattern.compile("-?\\d{1,19}").asMatchPredicate();
        return Optional.of(new ReadBack(arrayType, looksLikeOne.and(text -> isBetween(text, min, max))));
    }

    private static boolean isBetween(String text, long min, long max) {
        BigInteger value = new BigInteger(text);
        return value.compareTo(BigInteger.valueOf(min)) >= 0 && value.compareTo(BigInteger.valueOf(max)) <= 0;
    }

    private static boolean isDate(String text) {
        Optional<TimeSlice> day = TimeSlice.parse(Slice.ofText(text), Grain.DAY);
        return day.isPresent()
                && !day.get().infinite()
                && day.get().localStart().getYear() > 0;
    }

    /// Half-open ranges as conditions.
    final class Ranges {
        /// More alternatives than this cost more than one wide range; ranges.
        private static final int MAX_RANGES = 64;

        /// What every version's dates and timestamps can hold for certain; years.
        private static final int MIN_YEAR = -4700;

        private static final int MAX_YEAR = 294_000;

        private record Range(LocalDateTime from, LocalDateTime to) {}

        private Ranges() {}

        static List<String> conditions(Column column, List<TimeSlice> slices) {
            String name = Sql.identifier(column.name());
            List<String> conditions = merged(slices).stream()
                    .map(range -> condition(column, range))
                    .collect(Collectors.toCollection(ArrayList::new));
            if (slices.stream().anyMatch(TimeSlice::infinite)) {
                conditions.add("%s IN ('infinity'::%s, '-infinity'::%s)"
                        .formatted(name, column.baseType(), column.baseType()));
            }
            return conditions;
        }

        private static List<Range> merged(List<TimeSlice> slices) {
            List<Range> ranges = new ArrayList<>();
            slices.stream().filter(slice -> !slice.infinite()).sorted().forEach(slice -> {
                Range next = new Range(slice.from(), slice.to());
                Range last = ranges.isEmpty() ? next : ranges.removeLast();
                if (next.from().isAfter(last.to())) {
                    ranges.add(last);
                    ranges.add(next);
                } else {
                    ranges.add(new Range(last.from(), next.to().isAfter(last.to()) ? next.to() : last.to()));
                }
            });
            return ranges.size() <= MAX_RANGES
                    ? ranges
                    : List.of(
                            new Range(ranges.getFirst().from(), ranges.getLast().to()));
        }

        private static String condition(Column column, Range range) {
            String name = Sql.identifier(column.name());
            List<String> bounds = new ArrayList<>();
            if (range.from().getYear() > MIN_YEAR) {
                bounds.add(name + " >= " + literal(column, range.from()));
            }
            if (range.to().getYear() < MAX_YEAR) {
                bounds.add(name + " < " + literal(column, range.to()));
            }
            return bounds.isEmpty() ? name + " IS NOT NULL" : "(" + String.join(" AND ", bounds) + ")";
        }

        private static String literal(Column column, LocalDateTime time) {
            boolean beforeChrist = time.getYear() <= 0;
            int year = beforeChrist ? 1 - time.getYear() : time.getYear();
            String zone = column.baseType().equals("timestamptz") ? "+00" : "";
            return String.format(
                    java.util.Locale.ROOT,
                    "'%04d-%02d-%02d %02d:%02d:%02d%s%s'::%s",
                    year,
                    time.getMonthValue(),
                    time.getDayOfMonth(),
                    time.getHour(),
                    time.getMinute(),
                    time.getSecond(),
                    zone,
                    beforeChrist ? " BC" : "",
                    column.baseType());
        }
    }
}
