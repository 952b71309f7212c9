package dev.sluice.cli;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/// What the clients of this JVM ask S3 for while something is recorded, as the rights that it takes on AWS.
/// The SDK finds it by its name in `software/amazon/awssdk/global/handlers/execution.interceptors`.
public final class S3Calls implements ExecutionInterceptor {
    /// A request for `s3:ListBucket` that names no prefix, which a condition on prefixes lets pass.
    static final String BUCKET = "the bucket itself";

    private static final int NOT_FOUND = 404;
    private static final Set<Call> CALLS = ConcurrentHashMap.newKeySet();
    private static final ThreadLocal<Boolean> UNRECORDED = ThreadLocal.withInitial(() -> false);
    private static volatile String recorded = "";

    /// @param by     who asked
    /// @param action of IAM
    /// @param key    of the object; of a list, its prefix; [#BUCKET] for the bucket as such
    record Call(String by, String action, String key) {}

    /// Records what is asked by any thread until the work is done; one such work at a time.
    static <T> T by(String name, Supplier<T> work) {
        synchronized (CALLS) {
            recorded = name;
            try {
                return work.get();
            } finally {
                recorded = "";
            }
        }
    }

    /// Work of this thread for somebody else.
    static <T> T unrecorded(Supplier<T> work) {
        UNRECORDED.set(true);
        try {
            return work.get();
        } finally {
            UNRECORDED.set(false);
        }
    }

    /// Who is at work; empty if nobody is recorded.
    static String recorded() {
        return recorded;
    }

    static Set<Call> calls() {
        return Set.copyOf(CALLS);
    }

    static void forget() {
        CALLS.clear();
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        note(calls(context.request()));
    }

    /// S3 says that an object is not there only to those who may list; to others it says "denied".
    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (context.exception() instanceof S3Exception answer && answer.statusCode() == NOT_FOUND) {
            note(calls(context.request()).stream()
                    .filter(call -> call.action().equals("s3:GetObject"))
                    .map(call -> new Call(call.by(), "s3:ListBucket", call.key()))
                    .toList());
        }
    }

    private static void note(List<Call> calls) {
        if (!recorded.isEmpty() && !UNRECORDED.get()) {
            CALLS.addAll(calls);
        }
    }

    private static List<Call> calls(SdkRequest request) {
        return switch (request) {
            case GetObjectRequest get -> one("s3:GetObject", get.key());
            case HeadObjectRequest head -> one("s3:GetObject", head.key());
            case PutObjectRequest put -> one("s3:PutObject", put.key());
            case CreateMultipartUploadRequest create -> one("s3:PutObject", create.key());
            case UploadPartRequest part -> one("s3:PutObject", part.key());
            case CompleteMultipartUploadRequest complete -> one("s3:PutObject", complete.key());
            case AbortMultipartUploadRequest abort -> one("s3:AbortMultipartUpload", abort.key());
            case DeleteObjectRequest delete -> one("s3:DeleteObject", delete.key());
            case DeleteObjectsRequest delete ->
                delete.delete().objects().stream()
                        .map(ObjectIdentifier::key)
                        .flatMap(key -> one("s3:DeleteObject", key).stream())
                        .toList();
            case HeadBucketRequest bucket -> one("s3:ListBucket", BUCKET);
            case ListObjectsV2Request list ->
                one("s3:ListBucket", Optional.ofNullable(list.prefix()).orElse(""));
            case ListMultipartUploadsRequest list -> one("s3:ListBucketMultipartUploads", "");
            default -> one(request.getClass().getSimpleName(), "");
        };
    }

    private static List<Call> one(String action, String key) {
        return List.of(new Call(recorded, action, key));
    }
}
