package dev.sluice.lambda.natively;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.snowflake.client.api.exception.SnowflakeSQLException;
import net.snowflake.client.internal.jdbc.cloud.storage.StageInfo;
import org.junit.jupiter.api.Test;

/// Holds the substitutions true without a native build: what they replace is there, under that
/// signature.
class SubstitutionsTest {
    private static List<Class<?>> substitutions() {
        return Archive.of(NoMinicore.class)
                .classes(name ->
                        name.startsWith(NoMinicore.class.getPackageName() + ".") && !name.endsWith(".package-info"))
                .stream()
                .<Class<?>>map(SubstitutionsTest::load)
                .toList();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyClassOfThePackageReplacesMethodsOfOneThatExists() {
        assertThat(substitutions()).hasSize(5);
        for (Class<?> substitution : substitutions()) {
            assertThat(substitution.getAnnotation(TargetClass.class))
                    .as(substitution.getSimpleName())
                    .isNotNull();
            assertThat(substitution.getDeclaredMethods())
                    .as(substitution.getSimpleName())
                    .anyMatch(method -> method.isAnnotationPresent(Substitute.class))
                    .allMatch(method ->
                            method.isAnnotationPresent(Substitute.class) || method.isAnnotationPresent(Alias.class));
        }
    }

    @Test
    void everyMethodHasTheSignatureOfTheOneThatItReplaces() {
        for (Class<?> substitution : substitutions()) {
            Class<?> target = substitution.getAnnotation(TargetClass.class).value();
            assertThat(substitution.getDeclaredMethods())
                    .as("%s in place of %s", substitution.getSimpleName(), target.getName())
                    .allMatch(method -> declared(target, method)
                            .filter(original -> original.getReturnType() == method.getReturnType())
                            .filter(original -> isStatic(original) == isStatic(method))
                            .isPresent());
        }
    }

    private static Optional<Method> declared(Class<?> target, Method like) {
        return Arrays.stream(target.getDeclaredMethods())
                .filter(method -> method.getName().equals(like.getName()))
                .filter(method -> Arrays.equals(method.getParameterTypes(), like.getParameterTypes()))
                .findFirst();
    }

    private static boolean isStatic(Method method) {
        return Modifier.isStatic(method.getModifiers());
    }

    @Test
    void putAndGetAreRefused() {
        NoStorageClients factory = new NoStorageClients();
        StageInfo stage = StageInfo.createStageInfo("LOCAL_FS", "stage", Map.of(), "", "", "", true);
        assertThatThrownBy(() -> factory.createClient(stage, 1, null, null))
                .isInstanceOf(SnowflakeSQLException.class)
                .hasMessageContaining("PUT and GET are not part of this executable")
                .extracting(e -> ((SnowflakeSQLException) e).getSQLState())
                .isEqualTo("0A000");
        assertThatThrownBy(() -> factory.createStorageMetadataObj(StageInfo.StageType.S3))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(NoStorageClients.REFUSAL);
    }

    @Test
    void loginByWorkloadIdentityIsRefused() {
        assertThatThrownBy(() -> new NoWorkloadIdentity().getAttestation("AWS"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(NoWorkloadIdentity.REFUSAL);
    }

    @Test
    void minicoreIsNeverStarted() {
        assertThatCode(NoMinicore::initialize).doesNotThrowAnyException();
        assertThatCode(NoMinicore::initializeAsync).doesNotThrowAnyException();
    }
}
