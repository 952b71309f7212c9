package dev.sluice.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Tables that are synced together, and when. The schedule is kept by EventBridge Scheduler; here it only
/// has to be one.
///
/// @param schedule `rate(1 hour)` or `cron(0 6 * * ? *)`
/// @param timezone in which the schedule is meant
public record GroupConfig(String name, String schedule, String timezone) {
    static final String NAME_EXPECTED = "a name of 1 to 64 letters, digits, -, _ and .";
    static final String SCHEDULE_EXPECTED = "rate(1 hour) or cron(0 6 * * ? *)";

    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z._-]{1,64}");
    private static final Pattern SCHEDULE =
            Pattern.compile("rate\\([1-9][0-9]* (minute|hour|day)s?\\)|cron\\(\\S+( \\S+){5}\\)");

    static Optional<GroupConfig> read(Value.Entry entry) {
        if (!NAME.matcher(entry.key()).matches()) {
            entry.value()
                    .reading()
                    .problems()
                    .add(
                            entry.keyAt(),
                            entry.value().path(),
                            "found %s; expected %s".formatted(Words.quoted(entry.key()), NAME_EXPECTED));
        }
        Section section = Section.open(entry.value(), entry.keyAt(), Keys.GROUP);
        Optional<String> schedule =
                section.required("schedule", SCHEDULE_EXPECTED).flatMap(GroupConfig::schedule);
        Optional<String> timezone =
                section.has("timezone") ? section.value("timezone").flatMap(TableKeys::timezone) : Optional.of("UTC");
        return schedule.isPresent() && timezone.isPresent()
                ? Optional.of(new GroupConfig(entry.key(), schedule.get(), timezone.get()))
                : Optional.empty();
    }

    private static Optional<String> schedule(Value value) {
        Optional<String> text = value.text(SCHEDULE_EXPECTED);
        return text.isEmpty() || SCHEDULE.matcher(text.get()).matches()
                ? text
                : value.refuse(value.shown(), SCHEDULE_EXPECTED);
    }

    /// A group that an entry or the defaults name must be there.
    static Optional<String> named(Value value, List<String> groups) {
        String expected = groups.isEmpty() ? "a group, and the file has none under `groups`" : Words.oneOf(groups);
        Optional<String> text = value.text(expected);
        return text.isEmpty() || groups.contains(text.get())
                ? text
                : value.refuse(value.shown(), expected + Words.suggestion(text.get(), groups, ""));
    }
}
