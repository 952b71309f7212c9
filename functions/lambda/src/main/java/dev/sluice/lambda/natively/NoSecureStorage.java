package dev.sluice.lambda.natively;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import net.snowflake.client.internal.core.CredentialManager;

/// No desktop key chain: the original opens those of macOS and Windows through JNA. Key pairs need none.
@TargetClass(CredentialManager.class)
final class NoSecureStorage {
    @Substitute
    void initSecureStorageManager() {}
}
