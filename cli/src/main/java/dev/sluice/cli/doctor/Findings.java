package dev.sluice.cli.doctor;

import dev.sluice.model.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Collects findings in the order of the checks. A check that cannot be made is a finding, and the next
/// one goes on. Not thread-safe.
public final class Findings {
    private final List<Finding> all = new ArrayList<>();

    public void ok(String check, String says) {
        all.add(new Finding(Finding.Status.OK, check, oneLine(says), Optional.empty()));
    }

    public void warn(String check, String says, String toDo) {
        all.add(new Finding(Finding.Status.WARN, check, oneLine(says), Optional.of(oneLine(toDo))));
    }

    public void fail(String check, String says, String toDo) {
        all.add(new Finding(Finding.Status.FAIL, check, oneLine(says), Optional.of(oneLine(toDo))));
    }

    /// Asks, and notes down what the answer fails with. Anything but a [Failure] is noted as our bug: the
    /// other checks are still wanted.
    <T> Optional<T> ask(String check, String toDo, Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (Failure failure) {
            fail(check, String.valueOf(failure.getMessage()), toDo);
        } catch (RuntimeException bug) {
            fail(check, bug.toString(), "this is a bug of Sluice, please report it");
        }
        return Optional.empty();
    }

    public List<Finding> all() {
        return List.copyOf(all);
    }

    public boolean failed() {
        return all.stream().anyMatch(f -> f.status() == Finding.Status.FAIL);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\R\\s*", "; ");
    }

    static String bytes(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.0f kB", bytes / 1e3)
                : bytes < 1_000_000_000
                        ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
                        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
