package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/// A flight recording of a first sync, reduced to a page: which threads use the processor, and in which
/// frames.
final class HotPath implements Scenario {
    private static final int SHOWN = 8;

    /// Waiting for a request, not for an answer.
    private static final Set<String> IDLE = Set.of("sun.nio.ch.EPoll.wait", "sun.nio.ch.Net.accept");

    @Override
    public String name() {
        return "hot-path";
    }

    @Override
    public String title() {
        return "Where the time of a first sync goes";
    }

    @Override
    public void run(Context context, Findings findings) throws Exception {
        String slices = context.sales().stores() + " slices";
        Bed bed = Bed.of(context, "hot-path", context.sales(), "strategy: wholesale, max_rows: 1000000000");
        record("wholesale", context, bed, findings);
        bed = Bed.of(context, "hot-path", context.sales(), "strategy: sliced, slice_by: store_id");
        record(slices, context, bed, findings);
        record(slices + ", nothing changed", context, bed, findings);
        bed.clear();
    }

    private static void record(String how, Context context, Bed bed, Findings findings) throws Exception {
        Path recording = context.work().resolve("sync.jfr");
        double before = context.server().cpuSeconds();
        Map<String, Double> threads = new HashMap<>();
        Instant began = Instant.now();
        Bed.Sync sync = bed.sync(
                pid -> threads.putAll(Proc.cpuSecondsOfThreads(pid)),
                "-XX:StartFlightRecording:settings=profile,filename=" + recording);
        findings.measured(how + ": wall time while recorded", "s", sync.wallSeconds());
        findings.measured(how + ": CPU of the process", "s", sync.cpuSeconds());
        findings.measured(how + ": CPU of the server", "s", context.server().cpuSeconds() - before);
        findings.remark("%s: CPU seconds by thread: %s".formatted(how, threads(threads)));
        findings.remark("%s: documents were written, in seconds from the start of the process: %s"
                .formatted(how, documents(bed.home().resolve("lake/lake/runs").resolve(sync.runId()), began)));
        samples(how, RecordingFile.readAllEvents(recording), findings);
    }

    /// What the stages leave behind when they are done tells when that was.
    private static String documents(Path run, Instant began) throws IOException {
        Map<String, Double> written = new TreeMap<>();
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (run.relativize(file).startsWith("maps")) {
                    continue;
                }
                double seconds =
                        Duration.between(began, Files.getLastModifiedTime(file).toInstant())
                                        .toMillis()
                                / 1000.0;
                String name = run.relativize(file).toString().replaceAll("[0-9]+", "N");
                written.merge(name, seconds, Math::max);
            }
        }
        return String.join(
                ", ",
                written.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue())
                        .map(entry -> "%s %s".formatted(entry.getKey(), Samples.number(entry.getValue())))
                        .toList());
    }

    private static void samples(String how, List<RecordedEvent> events, Findings findings) throws IOException {
        List<RecordedEvent> java = of(events, "jdk.ExecutionSample");
        List<RecordedEvent> outside = of(events, "jdk.NativeMethodSample").stream()
                .filter(sample -> top(sample).stream().noneMatch(IDLE::contains))
                .toList();
        findings.remark("%s: %d samples in Java, by frame: %s".formatted(how, java.size(), shares(java, HotPath::top)));
        findings.remark("%s: in Java, by the first frame of ours: %s".formatted(how, shares(java, HotPath::ours)));
        findings.remark("%s: %d samples outside of Java (some of them wait), by frame: %s"
                .formatted(how, outside.size(), shares(outside, HotPath::top)));
        findings.remark(
                "%s: outside of Java, by the first frame of ours: %s".formatted(how, shares(outside, HotPath::ours)));
    }

    private static String threads(Map<String, Double> threads) {
        Map<String, Double> groups = new HashMap<>();
        threads.forEach((thread, seconds) -> groups.merge(
                thread.substring(thread.indexOf(' ') + 1).replaceAll("[0-9]+", "N"), seconds, Double::sum));
        return String.join(
                ", ",
                groups.entrySet().stream()
                        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                        .limit(SHOWN)
                        .map(group -> "%s %s".formatted(group.getKey(), Samples.number(group.getValue())))
                        .toList());
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String type) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(type))
                .toList();
    }

    private static String shares(List<RecordedEvent> samples, Function<RecordedEvent, Optional<String>> key) {
        Map<String, Integer> counts = new HashMap<>();
        samples.forEach(sample -> counts.merge(key.apply(sample).orElse("elsewhere"), 1, Integer::sum));
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
                        .limit(SHOWN)
                        .map(entry ->
                                "`%s` %.1f %%".formatted(entry.getKey(), 100.0 * entry.getValue() / samples.size()))
                        .toList());
    }

    private static Optional<String> top(RecordedEvent sample) {
        return frames(sample).stream().findFirst().map(HotPath::name);
    }

    private static Optional<String> ours(RecordedEvent sample) {
        return frames(sample).stream()
                .map(HotPath::name)
                .filter(name -> name.startsWith("dev.sluice."))
                .map(name -> name.substring("dev.sluice.".length()))
                .findFirst();
    }

    private static List<RecordedFrame> frames(RecordedEvent sample) {
        return sample.getStackTrace() == null
                ? List.of()
                : sample.getStackTrace().getFrames();
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }
}
