package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The Spark job in a JVM of its own.
///
/// @param wallSeconds from the start of the process to its end
/// @param jobSeconds  without the start of the JVM and of Spark
record SparkProcess(double wallSeconds, double jobSeconds, long peakBytes, String version) {
    /// What Spark's own launcher opens.
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.util.calendar");

    static SparkProcess run(Context context) throws IOException, InterruptedException {
        Path parquet = context.work().resolve("spark-parquet");
        Path out = context.work().resolve("spark-out.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        command.add("-Djava.io.tmpdir=" + context.work());
        command.addAll(List.of(
                "-cp",
                context.sparkHome() + "/*:" + context.sparkHome().resolve("lib") + "/*",
                "dev.sluice.bench.spark.SparkJob",
                context.server().jdbcUrl(),
                SourceServer.USER,
                context.sales().name(),
                String.valueOf(context.sales().rows()),
                parquet.toString()));
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        long peak = Bed.peak(process, pid -> {});
        double wall = (System.nanoTime() - began) / 1e9;
        if (process.exitValue() != 0) {
            throw new IOException("Spark ended with %d: %s".formatted(process.exitValue(), Files.readString(out)));
        }
        Map<String, String> said = Files.readAllLines(out).stream()
                .map(line -> line.split(" ", 2))
                .filter(words -> words.length == 2)
                .collect(Collectors.toMap(words -> words[0], words -> words[1], (first, second) -> second));
        Bed.delete(parquet);
        return new SparkProcess(
                wall,
                Double.parseDouble(said.getOrDefault("seconds", "NaN")),
                peak,
                said.getOrDefault("version", "of unknown version"));
    }
}
