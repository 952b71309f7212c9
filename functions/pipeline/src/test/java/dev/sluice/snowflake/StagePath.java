package dev.sluice.snowflake;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// `@stage/path`: an external stage and what lies below it.
///
/// @param prefix of the keys in the bucket
record StagePath(Thing stage, Bucket bucket, String bucketName, String prefix) {
    static StagePath of(Run run, String written) {
        if (written.startsWith("~") || written.startsWith("%")) {
            throw SqlFailure.unsupported("stages of users and tables");
        }
        int slash = written.indexOf('/');
        String name = slash < 0 ? written : written.substring(0, slash);
        Thing stage = run.thing(Thing.Type.STAGE, new Parser(name).name());
        if (!run.may("USAGE", stage)) {
            throw SqlFailure.missing("Stage", stage.name());
        }
        String url = stage.property("URL");
        if (!url.startsWith("s3://")) {
            throw SqlFailure.unsupported("a stage without an s3:// URL");
        }
        URI uri = URI.create(url);
        Bucket bucket = run.account.buckets.get(uri.getHost());
        if (bucket == null) {
            throw new SqlFailure(
                    "091003",
                    "22000",
                    "Failure using stage area. Cause: [The specified bucket %s does not exist (Status Code: 404; Error Code: NoSuchBucket)]"
                            .formatted(uri.getHost()));
        }
        String root = uri.getPath().isEmpty() ? "" : uri.getPath().substring(1);
        String base = root.isEmpty() || root.endsWith("/") ? root : root + "/";
        return new StagePath(stage, bucket, uri.getHost(), slash < 0 ? base : base + written.substring(slash + 1));
    }

    String url(String key) {
        return "s3://" + bucketName + "/" + key;
    }

    /// The keys that FILES names, or those below the path that fit PATTERN.
    List<String> keys(List<String> files, String pattern) {
        if (!files.isEmpty()) {
            String directory = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
            return files.stream().map(f -> directory + f).toList();
        }
        try {
            Pattern compiled = Pattern.compile(pattern);
            return bucket.list(prefix).stream()
                    .filter(k -> pattern.isEmpty() || compiled.matcher(k).matches())
                    .sorted()
                    .toList();
        } catch (PatternSyntaxException e) {
            throw SqlFailure.compilation("invalid regular expression '%s'".formatted(pattern));
        }
    }
}
