package dev.sluice.lambda.natively;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import net.snowflake.client.api.exception.ErrorCode;
import net.snowflake.client.api.exception.SnowflakeSQLException;
import net.snowflake.client.internal.core.SFSession;
import net.snowflake.client.internal.jdbc.cloud.storage.SnowflakeStorageClient;
import net.snowflake.client.internal.jdbc.cloud.storage.StageInfo;
import net.snowflake.client.internal.jdbc.cloud.storage.StorageClientFactory;
import net.snowflake.client.internal.jdbc.cloud.storage.StorageObjectMetadata;
import net.snowflake.client.jdbc.internal.snowflake.common.core.RemoteStoreFileEncryptionMaterial;
import org.jspecify.annotations.Nullable;

/// No PUT, no GET, no array bind through a stage: Sluice loads from its own lake by external stages.
/// Refusing here leaves the S3, Azure, GCS and gRPC clients inside the driver out of the image.
@SuppressWarnings("DoNotCallSuggester") // nobody calls it by this name
@TargetClass(StorageClientFactory.class)
final class NoStorageClients {
    static final String REFUSAL =
            "PUT and GET are not part of this executable; Snowflake reads the lake through an external stage";

    @Substitute
    public SnowflakeStorageClient createClient(
            StageInfo stage,
            int parallel,
            @Nullable RemoteStoreFileEncryptionMaterial encryption,
            @Nullable SFSession session)
            throws SnowflakeSQLException {
        throw new SnowflakeSQLException(ErrorCode.FEATURE_UNSUPPORTED, REFUSAL);
    }

    @Substitute
    public StorageObjectMetadata createStorageMetadataObj(StageInfo.StageType stageType) {
        throw new UnsupportedOperationException(REFUSAL);
    }
}
