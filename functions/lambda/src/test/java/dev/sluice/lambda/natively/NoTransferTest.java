package dev.sluice.lambda.natively;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/// The Snowflake adapter asks for nothing that the native executable refuses: no PUT, no GET, and no
/// batch of bound rows, which the driver would send through a stage once it is large.
class NoTransferTest {
    private static final Pattern TRANSFER = Pattern.compile("(?is)(^|.*;)\\s*(PUT|GET)\\s.*");

    private static final Set<String> TRANSFERRING =
            Set.of("addBatch", "executeBatch", "executeLargeBatch", "uploadStream", "downloadStream");

    private static final Archive PIPELINE = Archive.of(Stages.class);

    private static final String ADAPTER = "dev.sluice.adapter.snowflake.";

    @Test
    void noStatementOfTheAdapterPutsOrGets() {
        Set<String> texts = new TreeSet<>();
        Set<String> calls = new TreeSet<>();
        for (String name : PIPELINE.classes(c -> c.startsWith(ADAPTER))) {
            new ClassReader(Archive.bytes(name)).accept(new Reading(texts, calls), 0);
        }
        assertThat(texts).as("the reading sees statements").anyMatch(text -> text.contains("COPY INTO"));
        assertThat(texts).filteredOn(text -> TRANSFER.matcher(text).matches()).isEmpty();
        assertThat(calls).contains("createStatement").doesNotContainAnyElementsOf(TRANSFERRING);
    }

    @Test
    void noStatementInAFileOfTheAdapterPutsOrGets() throws IOException {
        String directory = ADAPTER.replace('.', '/');
        Set<String> files = new TreeSet<>(PIPELINE.entries());
        files.removeIf(entry -> !entry.startsWith(directory) || !entry.endsWith(".sql"));
        assertThat(files).isNotEmpty();
        for (String file : files) {
            assertThat(text(file)).as(file).doesNotMatch(TRANSFER);
        }
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Stages.class.getClassLoader().getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Collects the text constants of a class, those in concatenations too, and the names of the
    /// methods it calls.
    private static final class Reading extends ClassVisitor {
        private final Set<String> texts;
        private final Set<String> calls;

        Reading(Set<String> texts, Set<String> calls) {
            super(Opcodes.ASM9);
            this.texts = texts;
            this.calls = calls;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] thrown) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitLdcInsn(Object value) {
                    keep(value);
                }

                @Override
                public void visitInvokeDynamicInsn(
                        String called, String type, org.objectweb.asm.Handle bootstrap, Object... arguments) {
                    for (Object argument : arguments) {
                        keep(argument);
                    }
                }

                @Override
                public void visitMethodInsn(int opcode, String owner, String called, String type, boolean itf) {
                    calls.add(called);
                }
            };
        }

        private void keep(Object constant) {
            if (constant instanceof String text) {
                texts.add(text);
            }
        }
    }
}
