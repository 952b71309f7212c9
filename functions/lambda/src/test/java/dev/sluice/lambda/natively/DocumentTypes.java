package dev.sluice.lambda.natively;

import dev.sluice.store.Documents;
import dev.sluice.store.Json;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SimpleVerifier;

/// Finds, in class files, the types of what is handed to [Json] and [Documents] to be written, and the
/// classes that they are told to read.
///
/// @param roots  types of whole documents
/// @param unseen calls whose type the code does not tell: `class.method type`
record DocumentTypes(Set<Class<?>> roots, Set<String> unseen) {
    private static final Set<String> OWNERS =
            Set.of(Type.getInternalName(Json.class), Type.getInternalName(Documents.class));

    static DocumentTypes in(Set<String> classes) {
        DocumentTypes found = new DocumentTypes(new TreeSet<>(Comparator.comparing(Class::getName)), new TreeSet<>());
        for (String name : classes) {
            ClassNode node = new ClassNode();
            new ClassReader(Archive.bytes(name)).accept(node, 0);
            if (!OWNERS.contains(node.name)) {
                node.methods.forEach(method -> found.look(node, method));
            }
        }
        return found;
    }

    private void look(ClassNode node, MethodNode method) {
        Frame<BasicValue>[] frames = null;
        for (int i = 0; i < method.instructions.size(); i++) {
            if (method.instructions.get(i) instanceof MethodInsnNode call
                    && OWNERS.contains(call.owner)
                    && !call.name.equals("<init>")) {
                frames = frames == null ? analyse(node, method) : frames;
                String place = Type.getObjectType(node.name).getClassName() + "." + declared(method.name);
                Type[] parameters = Type.getArgumentTypes(call.desc);
                for (int p = 0; p < parameters.length; p++) {
                    Frame<BasicValue> frame = frames[i];
                    take(place, parameters[p], frame.getStack(frame.getStackSize() - parameters.length + p));
                }
            }
        }
    }

    /// `lambda$run$0` is part of `run`.
    private static String declared(String method) {
        return method.startsWith("lambda$") ? method.split("\\$")[1] : method;
    }

    private static Frame<BasicValue>[] analyse(ClassNode node, MethodNode method) {
        try {
            return new Analyzer<>(new Constants()).analyze(node.name, method);
        } catch (AnalyzerException e) {
            throw new IllegalStateException(node.name + "." + method.name, e);
        }
    }

    /// A parameter `Object` takes what is to be written, a parameter `Class` says what is to be read.
    private void take(String place, Type parameter, BasicValue given) {
        if (parameter.getClassName().equals("java.lang.Class")) {
            if (given instanceof Constant constant) {
                add(place, constant.of);
            } else {
                unseen.add(place + " java.lang.Class");
            }
        } else if (parameter.getClassName().equals("java.lang.Object")) {
            add(place, given.getType());
        }
    }

    private void add(String place, Type type) {
        Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
        if (element.getClassName().startsWith("dev.sluice.")) {
            roots.add(load(element.getClassName()));
        } else {
            unseen.add(place + " " + type.getClassName());
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, DocumentTypes.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The roots and whatever they can hold: components of records, what these are generic over, the
    /// cases of sealed interfaces.
    Set<Class<?>> reachable() {
        Set<Class<?>> reached = new TreeSet<>(Comparator.comparing(Class::getName));
        Deque<java.lang.reflect.Type> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            switch (open.pop()) {
                case Class<?> array when array.isArray() -> open.push(array.getComponentType());
                case Class<?> type when isOurs(type) && reached.add(type) -> expand(type, open);
                case ParameterizedType generic -> {
                    open.push(generic.getRawType());
                    open.addAll(List.of(generic.getActualTypeArguments()));
                }
                case GenericArrayType array -> open.push(array.getGenericComponentType());
                case WildcardType wildcard -> open.addAll(List.of(wildcard.getUpperBounds()));
                default -> {
                    // The JDK's and Jackson's own types need nothing, nor do types seen before.
                }
            }
        }
        return reached;
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("dev.sluice.");
    }

    private static void expand(Class<?> type, Deque<java.lang.reflect.Type> open) {
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                open.push(component.getGenericType());
            }
        } else if (type.isSealed()) {
            open.addAll(List.of(type.getPermittedSubclasses()));
        } else if (!type.isEnum()) {
            throw new IllegalStateException(type + " is in a document, but is no record, enum or sealed interface");
        }
    }

    /// A class literal on the stack.
    private static final class Constant extends BasicValue {
        private final Type of;

        Constant(Type of) {
            super(Type.getType(Class.class));
            this.of = of;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Constant constant && constant.of.equals(of);
        }

        @Override
        public int hashCode() {
            return of.hashCode();
        }
    }

    /// Knows the types on the stack as the JVM's verifier does, and class literals besides.
    private static final class Constants extends SimpleVerifier {
        Constants() {
            super(Opcodes.ASM9, null, null, null, false);
            setClassLoader(DocumentTypes.class.getClassLoader());
        }

        @Override
        public BasicValue newOperation(AbstractInsnNode instruction) throws AnalyzerException {
            return instruction instanceof LdcInsnNode constant && constant.cst instanceof Type type
                    ? new Constant(type)
                    : super.newOperation(instruction);
        }
    }
}
