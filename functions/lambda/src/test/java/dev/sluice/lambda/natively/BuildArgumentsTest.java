package dev.sluice.lambda.natively;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every argument of the native build is of a known kind, and what it names exists.
class BuildArgumentsTest {
    private static final Pattern EXPORT = Pattern.compile("(?:-J)?--add-exports=([\\w.]+)/([\\w.]+)=ALL-UNNAMED");

    /// The arguments as Quarkus reads them from `application.properties`.
    private static List<String> arguments() throws IOException {
        URL properties = BuildArgumentsTest.class.getClassLoader().getResource("application.properties");
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties))
                .build();
        return config.getValues("quarkus.native.additional-build-args", String.class);
    }

    @Test
    void everyArgumentNamesWhatExists() throws IOException {
        List<Archive> archives = Archive.all();
        Iterator<String> arguments = arguments().iterator();
        while (arguments.hasNext()) {
            String argument = arguments.next();
            Matcher export = EXPORT.matcher(argument);
            if (argument.startsWith("--initialize-at-run-time=")) {
                for (String name : argument.replaceFirst(".*=", "").split(",")) {
                    assertThat(archives)
                            .as("package %s", name)
                            .anyMatch(archive -> !archive.classes(c -> c.startsWith(name + "."))
                                    .isEmpty());
                }
            } else if (argument.equals("--exclude-config")) {
                assertExcludes(archives, arguments.next(), arguments.next());
            } else if (export.matches()) {
                assertThat(packages(export.group(1))).contains(export.group(2));
            } else {
                assertThat(argument).isEqualTo("--report-unsupported-elements-at-runtime");
            }
        }
    }

    private static Set<String> packages(String module) {
        Optional<Module> found = ModuleLayer.boot().findModule(module);
        return found.map(Module::getDescriptor).map(ModuleDescriptor::packages).orElse(Set.of());
    }

    private static void assertExcludes(List<Archive> archives, String jar, String resources) {
        List<Archive> excluded = archives.stream()
                .filter(archive -> archive.file().toString().matches(jar))
                .toList();
        assertThat(excluded).as(jar).hasSize(1);
        assertThat(excluded.getFirst().entries()).as(resources).anyMatch(entry -> entry.matches(resources));
    }

    @Test
    void theDriversAreInitialisedWhenTheExecutableRuns() throws IOException {
        Set<String> packages = arguments().stream()
                .filter(argument -> argument.startsWith("--initialize-at-run-time="))
                .flatMap(argument -> List.of(argument.replaceFirst(".*=", "").split(",")).stream())
                .collect(Collectors.toSet());
        assertThat(packages).containsExactlyInAnyOrder("org.duckdb", "com.github.luben.zstd", "net.snowflake");
    }
}
