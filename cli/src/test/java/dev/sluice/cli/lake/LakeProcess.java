package dev.sluice.cli.lake;

import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import dev.sluice.store.ObjectStore.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Another process that serves the same lake with an endpoint of its own.
final class LakeProcess {
    private LakeProcess() {}

    static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LakeProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static void increment(ObjectStore store, String key, int times) {
        for (int done = 0; done < times; ) {
            Content now = store.read(key).orElseThrow();
            String next = Integer.toString(Integer.parseInt(now.text()) + 1);
            done += store.replace(key, next, now.etag()).isPresent() ? 1 : 0;
        }
    }

    public static void main(String[] arguments) {
        try (EmbeddedS3 s3 = EmbeddedS3.start(Path.of(arguments[1]))) {
            ObjectStore store = s3.store("sluice");
            switch (arguments[0]) {
                case "increment" -> increment(store, arguments[2], Integer.parseInt(arguments[3]));
                case "upload" -> {
                    System.out.print('.');
                    System.out.flush();
                    for (int i = 0; ; i++) {
                        store.upload(arguments[2] + "/" + i, Body.of(Path.of(arguments[3])));
                    }
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }
}
