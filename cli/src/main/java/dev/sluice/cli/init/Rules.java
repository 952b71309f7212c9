package dev.sluice.cli.init;

import dev.sluice.cli.init.Proposals.Choice;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Grain;
import dev.sluice.model.Strategy;
import dev.sluice.source.TableProfile;
import dev.sluice.source.TableProfile.ColumnProfile;
import dev.sluice.source.TableProfile.Method;
import dev.sluice.source.TableProfile.Partitioning;
import dev.sluice.source.TableProfile.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// How a table that is not small could be cut: by time, by a value, by buckets of its key.
final class Rules {
    static final String WHAT_TO_LOOK_FOR =
            "a column or immutable expression with some tens to some ten thousands of values, seldom NULL, that a row"
                    + " keeps for life";

    /// Below it a slice is mostly overhead: an object, a ledger entry, a line in the plan; rows.
    static final double LEAST_SLICE_ROWS = 10_000;

    /// Above it one changed row makes a sync read for seconds; rows.
    static final double GREATEST_SLICE_ROWS = 1_000_000;

    /// What buckets aim at, between the two; rows.
    static final double BUCKET_ROWS = 100_000;

    /// The plan and the ledger's mirror hold an entry per slice, read and written whole.
    static final double MOST_SLICES = 50_000;

    /// With fewer slices one changed row costs more than a twentieth of the table.
    static final double LEAST_SLICES = 20;

    /// A slice with more of the table than this hardly is a slice; fraction of the rows.
    static final double GREATEST_SHARE = 0.3;

    /// Rows without a value are one slice, so few of them do no harm; fraction of the rows.
    static final double FEW_NULLS = 0.05;

    /// Rows without a time are never old, so they are compared on every run; fraction of the rows.
    static final double FEW_TIMELESS = 0.01;

    /// From here on rows lie on disk in the order of the column, as they do when they were appended in
    /// time.
    static final double APPENDED = 0.9;

    /// Names of times that a row keeps: when it came to be or what it tells happened.
    private static final Pattern KEPT = Pattern.compile(
            "(^|.*_)(created|inserted|added|sold|ordered|placed|paid|posted|booked|occurred|happened|logged|recorded"
                    + "|received|registered|event|transaction|order|sale|sales|load|loaded|entry|visit|trade)?_?"
                    + "(at|on|date|day|time|ts|timestamp|created|inserted)");

    /// Names of times that change or tell something else: rows would wander between slices.
    private static final Pattern MOVING = Pattern.compile(
            "(^|.*_)(updat|modif|chang|edit|touch|last|seen|login|delet|expir|valid|due|until|end|finish|clos|cancel"
                    + "|birth|born|ship|deliver|next|plan|sched).*");

    /// Names of what tables are usually cut by.
    private static final Pattern PLACES = Pattern.compile(
            ".*(store|shop|site|branch|region|country|state|province|city|postal|zip|tenant|account|customer|client"
                    + "|company|org|market|warehouse|depot|location|project|team|group|category).*");

    private static final Set<String> TIMES = Set.of("date", "timestamp", "timestamptz");
    private static final Set<String> NUMBERS = Set.of("int4", "int8");

    /// Whose text is short and the same for equal values.
    private static final Set<String> VALUES = Set.of("int2", "int4", "int8", "text", "varchar", "bpchar", "date");

    /// A choice and what led to it.
    record Finding(Choice choice, List<String> because) {}

    private record Candidate(Column column, double score, String reason) {}

    private final TableFacts facts;
    private final TableProfile profile;
    private final double rows;

    Rules(TableFacts facts, double rows) {
        this.facts = facts;
        this.profile = facts.profile();
        this.rows = rows;
    }

    private Optional<Candidate> best(Function<Column, Optional<Candidate>> judge) {
        return facts.table().columns().stream()
                .map(judge)
                .flatMap(Optional::stream)
                .max(Comparator.comparingDouble(Candidate::score)
                        .thenComparing(c -> -c.column().position()));
    }

    /// Time-sliced, by the key of range partitions or by a time that rows were appended in.
    Optional<Finding> time() {
        return best(this::timeCandidate).map(candidate -> {
            String column = candidate.column().name();
            List<String> because = new ArrayList<>();
            because.add(candidate.reason());
            Grain grain = grain(column, because);
            return new Finding(
                    new Choice(
                            Optional.of(Strategy.TIME_SLICED),
                            Optional.of(new Proposal.Cut.Column(column)),
                            Optional.of(grain)),
                    because);
        });
    }

    private Optional<Candidate> timeCandidate(Column column) {
        if (!TIMES.contains(column.baseType())) {
            return Optional.empty();
        }
        String name = words(column.name());
        if (isKey(column, Method.RANGE)) {
            return Optional.of(new Candidate(
                    column, 100, "%s is the key of its %d range partitions".formatted(column.name(), partitions())));
        }
        Optional<ColumnProfile> known = profile.column(column.name());
        double nulls = column.notNull() ? 0 : known.map(ColumnProfile::nulls).orElse(1.0);
        if (nulls > FEW_TIMELESS || MOVING.matcher(name).matches()) {
            return Optional.empty();
        }
        String never = nulls == 0 ? "is never NULL" : "is NULL in %s of the rows".formatted(Amounts.percent(nulls));
        boolean indexed = profile.indexed(column.name());
        boolean named = KEPT.matcher(name).matches();
        double bonus = (indexed ? 3 : 0) + (named ? 2 : 0) + (column.notNull() ? 1 : 0);
        if (known.isPresent() && known.get().correlation().isPresent()) {
            double correlation = known.get().correlation().getAsDouble();
            return Math.abs(correlation) < APPENDED
                    ? Optional.empty()
                    : Optional.of(new Candidate(
                            column,
                            10 + bonus,
                            "%s %s and rows lie in its order (correlation %s)"
                                    .formatted(column.name(), never, String.format(Locale.ROOT, "%.2f", correlation))));
        }
        if (indexed) {
            return Optional.of(new Candidate(column, bonus, "%s %s and is indexed".formatted(column.name(), never)));
        }
        return named
                ? Optional.of(new Candidate(
                        column,
                        bonus,
                        "%s %s and is named like a time that a row keeps".formatted(column.name(), never)))
                : Optional.empty();
    }

    /// That of the partitions, or else the one whose slices are bearable: by the day if they are.
    private Grain grain(String column, List<String> because) {
        Optional<Double> seconds = profile.range(column).map(Range::span).filter(span -> span > 0);
        Optional<Grain> ofPartitions = profile.partitioned()
                .filter(p ->
                        p.method() == Method.RANGE && p.columns().getFirst().equals(column))
                .flatMap(Partitioning::step)
                .map(Rules::grain);
        if (seconds.isEmpty()) {
            Grain grain = ofPartitions.orElse(Grain.DAY);
            because.add(
                    ofPartitions.isPresent()
                            ? "grain %s like its partitions".formatted(grain.word())
                            : "its span is not known, so the grain is a guess");
            return grain;
        }
        double perSecond = rows / seconds.get();
        if (ofPartitions.isPresent() && bearable(perSecond * seconds(ofPartitions.get()))) {
            because.add("grain %s like its partitions, %s a slice"
                    .formatted(ofPartitions.get().word(), Amounts.rows(perSecond * seconds(ofPartitions.get()))));
            return ofPartitions.get();
        }
        Grain grain = bearable(perSecond, seconds.get());
        because.add("%s a %s over %s"
                .formatted(Amounts.rows(perSecond * seconds(grain)), grain.word(), span(seconds.get())));
        return grain;
    }

    private static boolean bearable(double sliceRows) {
        return sliceRows >= LEAST_SLICE_ROWS && sliceRows <= GREATEST_SLICE_ROWS;
    }

    /// The day, unless a day is too much (then the hour, while there are not too many) or too little (then
    /// the first of month and year that is not).
    private static Grain bearable(double perSecond, double span) {
        double day = perSecond * seconds(Grain.DAY);
        if (day > GREATEST_SLICE_ROWS && span / seconds(Grain.HOUR) <= MOST_SLICES) {
            return Grain.HOUR;
        }
        if (day >= LEAST_SLICE_ROWS && span / seconds(Grain.DAY) <= MOST_SLICES) {
            return Grain.DAY;
        }
        return perSecond * seconds(Grain.MONTH) >= LEAST_SLICE_ROWS ? Grain.MONTH : Grain.YEAR;
    }

    private static double seconds(Grain grain) {
        double days = switch (grain) {
            case HOUR -> 1.0 / 24;
            case DAY -> 1;
            case WEEK -> 7;
            case MONTH -> 30.4;
            case YEAR -> 365.25;
        };
        return days * 86_400;
    }

    /// The grain that a partition of this length holds once.
    private static Grain grain(Duration step) {
        if (step.compareTo(Duration.ofHours(12)) < 0) {
            return Grain.HOUR;
        }
        if (step.compareTo(Duration.ofDays(6)) < 0) {
            return Grain.DAY;
        }
        if (step.compareTo(Duration.ofDays(27)) < 0) {
            return Grain.WEEK;
        }
        return step.compareTo(Duration.ofDays(364)) < 0 ? Grain.MONTH : Grain.YEAR;
    }

    private static String span(double seconds) {
        double days = seconds / 86_400;
        return days < 2
                ? String.format(Locale.ROOT, "%.0f hours", seconds / 3600)
                : days < 732
                        ? String.format(Locale.ROOT, "%.0f days", days)
                        : String.format(Locale.ROOT, "%.0f years", days / 365.25);
    }

    /// Sliced by a column with neither few nor many values.
    Optional<Finding> value() {
        return best(this::valueCandidate)
                .map(candidate -> new Finding(
                        new Choice(
                                Optional.of(Strategy.SLICED),
                                Optional.of(new Proposal.Cut.Column(
                                        candidate.column().name())),
                                Optional.empty()),
                        List.of(candidate.reason())));
    }

    private Optional<Candidate> valueCandidate(Column column) {
        String name = column.name();
        boolean key = isKey(column, Method.LIST);
        Optional<ColumnProfile> known = profile.column(name);
        if (known.isEmpty()) {
            return key
                    ? Optional.of(new Candidate(
                            column, 100, "%s is the key of its %d list partitions".formatted(name, partitions())))
                    : Optional.empty();
        }
        ColumnProfile statistics = known.get();
        boolean fits = column.bytewise()
                && (VALUES.contains(column.baseType()) || column.type() instanceof ColumnType.Text)
                && !profile.unique(name)
                && statistics.distinct() >= LEAST_SLICES
                && statistics.distinct() <= MOST_SLICES
                && statistics.greatest() <= GREATEST_SHARE
                && statistics.nulls() <= FEW_NULLS;
        if (!fits && !(key && statistics.distinct() <= MOST_SLICES && statistics.distinct() > 1)) {
            return Optional.empty();
        }
        double average = rows / statistics.distinct();
        boolean indexed = profile.indexed(name);
        boolean reference = profile.references().contains(name);
        boolean place = PLACES.matcher(words(name)).matches();
        double score = (key ? 20 : 0)
                + (indexed ? 4 : 0)
                + (reference ? 2 : 0)
                + (place ? 2 : 0)
                + (column.notNull() ? 1 : 0)
                + (bearable(average) ? 3 : 0);
        List<String> why = new ArrayList<>();
        why.add("%s values".formatted(Amounts.count(statistics.distinct())));
        why.add("%s each".formatted(Amounts.rows(average)));
        why.add("the greatest has %s"
                .formatted(Amounts.percent(Math.max(statistics.greatest(), 1 / statistics.distinct()))));
        if (key) {
            why.add("key of its partitions");
        }
        why.add(indexed ? "indexed" : "not indexed, so a changed slice costs a scan");
        return Optional.of(new Candidate(column, score, "%s has %s".formatted(name, String.join(", ", why))));
    }

    /// Sliced by a range of a whole-number key, as wide as some 100 000 rows need.
    Optional<Finding> buckets() {
        return best(column -> NUMBERS.contains(column.baseType()) && profile.unique(column.name())
                        ? Optional.of(new Candidate(column, column.notNull() ? 1 : 0, ""))
                        : Optional.empty())
                .map(candidate -> {
                    String name = candidate.column().name();
                    Optional<Double> span = profile.range(name).map(Range::span);
                    double perRow = Math.max(1, span.orElse(rows) / Math.max(1, rows));
                    double least = Math.max(perRow * BUCKET_ROWS, span.orElse(rows) / MOST_SLICES);
                    long width = rounded(least);
                    String sql = "%s / %d".formatted(sqlName(name), width);
                    return new Finding(
                            new Choice(
                                    Optional.of(Strategy.SLICED),
                                    Optional.of(new Proposal.Cut.Expression(sql)),
                                    Optional.empty()),
                            List.of(
                                    "no column to cut it by was found; its key %s is a whole number, in buckets of %s (%s)"
                                            .formatted(
                                                    name,
                                                    Amounts.count((double) width),
                                                    span.isPresent()
                                                            ? Amounts.rows(width / perRow) + " each"
                                                            : "a guess: its range is not known"),
                                    "where keys are given out in order, new rows touch the newest buckets only"));
                });
    }

    /// All but the commonest names in quotes, so that no word of SQL is meant by one.
    private static String sqlName(String name) {
        return name.matches("id|[a-z]+_id") ? name : Proposals.identifier(name);
    }

    /// The next number of 1, 2 or 5 and zeros.
    private static long rounded(double least) {
        long power = 1;
        while (power * 10.0 <= least) {
            power *= 10;
        }
        for (long step : new long[] {1, 2, 5}) {
            if (power * (double) step >= least) {
                return power * step;
            }
        }
        return power * 10;
    }

    /// `soldAt` and `SOLD_AT` as `sold_at`.
    private static String words(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private boolean isKey(Column column, Method method) {
        return profile.partitioned()
                .filter(p -> p.method() == method && p.columns().getFirst().equals(column.name()))
                .isPresent();
    }

    private int partitions() {
        return profile.partitioned().map(Partitioning::count).orElse(0);
    }
}
