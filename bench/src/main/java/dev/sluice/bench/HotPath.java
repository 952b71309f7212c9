package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/// A flight recording of a first sync, reduced to a page: which threads use the processor, and in which
/// frames.
final class HotPath implements Scenario {
    private static final int SHOWN = 15;

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
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("wholesale", "strategy: wholesale, max_rows: 1000000000");
        settings.put(context.sales().stores() + " slices", "strategy: sliced, slice_by: store_id");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            Bed bed = Bed.of(context, "hot-path", context.sales(), setting.getValue());
            Path recording = context.work().resolve("first-sync.jfr");
            double before = context.server().cpuSeconds();
            Map<String, Double> threads = new HashMap<>();
            Bed.Sync sync = bed.sync(
                    pid -> threads.putAll(Proc.cpuSecondsOfThreads(pid)),
                    "-XX:StartFlightRecording:settings=profile,filename=" + recording);
            findings.measured(setting.getKey() + ": wall time while recorded", "s", sync.wallSeconds());
            findings.measured(setting.getKey() + ": CPU of the process", "s", sync.cpuSeconds());
            findings.measured(
                    setting.getKey() + ": CPU of the server",
                    "s",
                    context.server().cpuSeconds() - before);
            findings.remark("%s: CPU seconds by thread: %s".formatted(setting.getKey(), threads(threads)));
            samples(setting.getKey(), RecordingFile.readAllEvents(recording), findings);
            bed.clear();
        }
    }

    private static void samples(String how, List<RecordedEvent> events, Findings findings) throws IOException {
        List<RecordedEvent> java = of(events, "jdk.ExecutionSample");
        List<RecordedEvent> outside = of(events, "jdk.NativeMethodSample");
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
