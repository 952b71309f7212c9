package dev.sluice.lambda.natively;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import net.snowflake.client.internal.core.minicore.Minicore;

/// No minicore: the original unpacks a native library of the driver and loads it through JNA, for
/// telemetry only.
@TargetClass(Minicore.class)
final class NoMinicore {
    @Substitute
    public static void initializeAsync() {}

    @Substitute
    public static void initialize() {}
}
