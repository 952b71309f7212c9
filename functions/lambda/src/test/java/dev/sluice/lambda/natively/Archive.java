package dev.sluice.lambda.natively;

import com.github.luben.zstd.Zstd;
import dev.sluice.run.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.snowflake.client.api.driver.SnowflakeDriver;
import org.duckdb.DuckDBDriver;

/// One place of the class path, a jar or a directory of classes, and what lies in it.
///
/// @param file    the jar or directory
/// @param entries names of the files in it, such as `org/duckdb/DuckDBNative.class`
record Archive(Path file, Set<String> entries) {
    /// Read once: the jar of snowflake-jdbc has 50 000 entries.
    private static final Map<Path, Archive> READ = new ConcurrentHashMap<>();

    /// The one that a class comes from.
    static Archive of(Class<?> inIt) {
        try {
            return of(Path.of(
                    inIt.getProtectionDomain().getCodeSource().getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Those that the metadata may speak of: the functions, the pipeline, the drivers.
    static List<Archive> all() {
        Stream<Archive> ours = Stream.of(NoMinicore.class, Stages.class, SnowflakeDriver.class, DuckDBDriver.class)
                .map(Archive::of);
        // snowflake-jdbc has the classes of zstd-jni, too.
        return Stream.concat(ours, holding(Zstd.class).stream()).distinct().toList();
    }

    /// All jars that have this class.
    static List<Archive> holding(Class<?> type) {
        String entry = type.getName().replace('.', '/') + ".class";
        try {
            return Collections.list(type.getClassLoader().getResources(entry)).stream()
                    .map(url -> url.getPath().replaceFirst("!/.*", ""))
                    .map(jar -> of(Path.of(URI.create(jar))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Archive of(Path file) {
        return READ.computeIfAbsent(file, Archive::read);
    }

    private static Archive read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                return new Archive(file, entries(file));
            }
            try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + file.toUri()), Map.of())) {
                return new Archive(file, entries(jar.getPath("/")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> entries(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /// Binary names of the classes in it whose name fits.
    Set<String> classes(Predicate<String> name) {
        return entries.stream()
                .filter(entry -> entry.endsWith(".class") && !entry.startsWith("META-INF/"))
                .map(entry ->
                        entry.substring(0, entry.length() - ".class".length()).replace('/', '.'))
                .filter(name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The class file of a class on the class path.
    static byte[] bytes(String className) {
        String entry = className.replace('.', '/') + ".class";
        try (InputStream in = Archive.class.getClassLoader().getResourceAsStream(entry)) {
            if (in == null) {
                throw new IllegalArgumentException("no class " + className);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
