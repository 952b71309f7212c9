package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What Linux tells about processes under `/proc`; empty elsewhere.
final class Proc {
    /// USER_HZ, which the kernel's interface fixes.
    private static final double TICKS_PER_SECOND = 100;

    private Proc() {}

    /// CPU time of a process and of those of its children that have ended.
    static OptionalDouble cpuSeconds(long pid) {
        return sum(Path.of("/proc/" + pid + "/stat"), 11, 15);
    }

    /// CPU time of the children of this process that have ended.
    static OptionalDouble cpuSecondsOfChildren() {
        return sum(Path.of("/proc/self/stat"), 13, 15);
    }

    /// CPU time of a server whose processes are children of one: those that live and those that ended.
    static OptionalDouble cpuSecondsOfServer(long pid) {
        OptionalDouble own = cpuSeconds(pid);
        if (own.isEmpty()) {
            return own;
        }
        double living = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .mapToDouble(child -> cpuSeconds(child.pid()).orElse(0))
                .sum();
        return OptionalDouble.of(own.getAsDouble() + living);
    }

    /// Greatest resident memory of a process so far; bytes.
    static OptionalLong peakBytes(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) << 10);
                }
            }
        } catch (IOException e) {
            // the process has ended, or this is no Linux
        }
        return OptionalLong.empty();
    }

    /// CPU time per thread, by its number and name. Threads that a library made bear the name of the thread
    /// that made them.
    static Map<String, Double> cpuSecondsOfThreads(long pid) {
        Map<String, Double> threads = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                String name = Files.readString(task.resolve("comm")).strip();
                sum(task.resolve("stat"), 11, 13)
                        .ifPresent(seconds -> threads.put(task.getFileName() + " " + name, seconds));
            }
        } catch (IOException e) {
            // a thread or the process has ended meanwhile, or this is no Linux
        }
        return threads;
    }

    /// @param from first field after the process's name, from 0
    private static OptionalDouble sum(Path stat, int from, int to) {
        try {
            String text = Files.readString(stat);
            List<String> fields =
                    List.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
            double ticks =
                    fields.subList(from, to).stream().mapToLong(Long::parseLong).sum();
            return OptionalDouble.of(ticks / TICKS_PER_SECOND);
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }
}
