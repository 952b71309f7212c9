package dev.sluice.adapter.postgres;

import dev.sluice.source.TableProfile;
import dev.sluice.source.TableProfile.ColumnProfile;
import dev.sluice.source.TableProfile.Index;
import dev.sluice.source.TableProfile.Method;
import dev.sluice.source.TableProfile.Partitioning;
import dev.sluice.source.TableProfile.Range;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Statistics, indexes, references and partitions of many tables, each in one statement.
final class Profiles {
    /// `FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00')`, first key column.
    private static final Pattern TIMES =
            Pattern.compile("FOR VALUES FROM \\('(\\d{4,6}-\\d\\d-\\d\\d)(?: (\\d\\d:\\d\\d:\\d\\d)\\S*)?'[,)].*"
                    + "TO \\('(\\d{4,6}-\\d\\d-\\d\\d)(?: (\\d\\d:\\d\\d:\\d\\d)\\S*)?'[,)].*");

    private static final Operation OPERATION = Operation.of("reading the statistics");

    private record Of<T>(long oid, T fact) {}

    private record Named(String column, ColumnProfile profile) {}

    private Profiles() {}

    static List<TableProfile> of(Session session, List<Relation> relations) {
        if (relations.isEmpty()) {
            return List.of();
        }
        String oids = relations.stream().map(r -> String.valueOf(r.oid())).collect(Collectors.joining(", "));
        Map<Long, List<Named>> columns = ask(session, "inspect_statistics.sql", oids, Profiles::column);
        Map<Long, List<Index>> indexes = ask(
                session,
                "inspect_indexes.sql",
                oids,
                row -> new Of<>(row.getLong(1), new Index(texts(row, 3), row.getBoolean(2))));
        Map<Long, List<String>> references =
                ask(session, "inspect_references.sql", oids, row -> new Of<>(row.getLong(1), row.getString(2)));
        Map<Long, List<Partitioning>> partitions = session.version().atLeast(10)
                ? ask(session, "inspect_partitions.sql", oids, Profiles::partitioning)
                : Map.of();
        return relations.stream()
                .map(relation -> new TableProfile(
                        relation.table().name(),
                        columns.getOrDefault(relation.oid(), List.of()).stream()
                                .collect(Collectors.toMap(Named::column, Named::profile)),
                        indexes.getOrDefault(relation.oid(), List.of()),
                        references.getOrDefault(relation.oid(), List.of()),
                        Map.of(),
                        partitions.getOrDefault(relation.oid(), List.of()).stream()
                                .findFirst()))
                .toList();
    }

    private static <T> Map<Long, List<T>> ask(
            Session session, String file, String oids, Session.RowMapper<Of<T>> mapper) {
        Map<Long, List<T>> answers = new HashMap<>();
        for (Of<T> each : session.query(Sql.statement(file, Map.of("oids", oids)), OPERATION, mapper)) {
            answers.computeIfAbsent(each.oid(), oid -> new ArrayList<>()).add(each.fact());
        }
        return answers;
    }

    private static Of<Named> column(ResultSet row) throws SQLException {
        double correlation = row.getDouble(6);
        OptionalDouble known = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(correlation);
        double low = row.getDouble(7);
        Optional<Range> range = row.wasNull() ? Optional.empty() : Optional.of(new Range(low, row.getDouble(8)));
        ColumnProfile profile = new ColumnProfile(row.getDouble(3), row.getDouble(4), row.getDouble(5), known, range);
        return new Of<>(row.getLong(1), new Named(row.getString(2), profile));
    }

    private static Of<Partitioning> partitioning(ResultSet row) throws SQLException {
        Method method = switch (row.getString(2)) {
            case "r" -> Method.RANGE;
            case "l" -> Method.LIST;
            default -> Method.HASH;
        };
        List<String> bounds = texts(row, 4);
        return new Of<>(row.getLong(1), new Partitioning(method, texts(row, 3), bounds.size(), step(bounds)));
    }

    /// The median length; open ends and what is no time left out.
    static Optional<Duration> step(List<String> bounds) {
        List<Duration> lengths = bounds.stream()
                .map(Profiles::length)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
        return lengths.isEmpty() ? Optional.empty() : Optional.of(lengths.get(lengths.size() / 2));
    }

    private static Optional<Duration> length(String bound) {
        Matcher times = TIMES.matcher(bound);
        if (!times.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Duration.between(time(times, 1), time(times, 3)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static LocalDateTime time(Matcher times, int group) {
        String clock = times.group(group + 1);
        return LocalDate.parse(times.group(group)).atTime(clock == null ? LocalTime.MIN : LocalTime.parse(clock));
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
