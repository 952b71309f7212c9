package dev.sluice.lambda.natively;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import net.snowflake.client.jdbc.internal.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;

/// java.util.logging and nothing else: the original tries SLF4J and two kinds of Log4j, which are not
/// there, and the builder follows every try.
@TargetClass(InternalLoggerFactory.class)
final class JdkLoggingOnly {
    @Alias
    static native InternalLoggerFactory useJdkLoggerFactory(String name);

    @Substitute
    static InternalLoggerFactory newDefaultFactory(String name) {
        return useJdkLoggerFactory(name);
    }
}
