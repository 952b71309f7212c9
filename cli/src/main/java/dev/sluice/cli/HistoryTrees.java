package dev.sluice.cli;

import dev.sluice.adapter.s3.S3Clients;
import dev.sluice.adapter.s3.S3ObjectStore;
import dev.sluice.config.LakeConfig;
import dev.sluice.drop.BucketTree;
import dev.sluice.drop.FileTree;
import dev.sluice.drop.FolderTree;
import dev.sluice.model.Feed;
import dev.sluice.model.InvalidRequest;
import dev.sluice.store.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;

/// Opens trees of old files: `s3://bucket/prefix`, or a folder of this machine. Buckets are read as the lake
/// is, with its region and endpoint.
record HistoryTrees(LakeConfig lake, List<Feed> feeds) implements Function<String, FileTree> {
    private static final Pattern BUCKET = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*");

    /// Whether somebody means a tree rather than a feed.
    static boolean isAddress(String text) {
        return text.contains("/") || text.contains("\\") || text.equals(".") || text.equals("..");
    }

    @Override
    public FileTree apply(String address) {
        Matcher bucket = BUCKET.matcher(address);
        if (bucket.matches()) {
            String path = Optional.ofNullable(bucket.group(2)).orElse("");
            String prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
            return bucket(bucket.group(1), prefix);
        }
        if (SCHEME.matcher(address).matches()) {
            throw new InvalidRequest("found `%s`; expected s3://bucket/prefix or a folder".formatted(address));
        }
        return folder(Path.of(address));
    }

    private FileTree bucket(String bucket, String prefix) {
        Optional<LakeConfig.S3> same = Optional.empty();
        S3Client client;
        switch (lake) {
            case LakeConfig.S3 s3 -> {
                same = Optional.of(s3).filter(found -> found.bucket().equals(bucket));
                client = S3Clients.aws(s3.region(), s3.endpoint());
            }
            case LakeConfig.File ignored -> client = S3Clients.aws(Optional.empty(), Optional.empty());
        }
        try {
            same.ifPresent(s3 -> checkApart(prefix, s3.prefix().isEmpty() ? "" : s3.prefix() + "/", s3.address()));
        } catch (InvalidRequest e) {
            client.close();
            throw e;
        }
        return new BucketTree(S3ObjectStore.of(client, bucket, ""), prefix, client::close);
    }

    private FileTree folder(Path folder) {
        FolderTree tree = FolderTree.of(folder);
        if (lake instanceof LakeConfig.File file && Files.isDirectory(file.path())) {
            try {
                String real = file.path().toRealPath() + "/";
                checkApart(tree.root(), real, real);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return tree;
    }

    /// A file has one key: as a dropped file, or as one of a tree.
    private void checkApart(String tree, String lakePrefix, String lakeAddress) {
        boolean holdsTheLake = lakePrefix.startsWith(tree);
        boolean inOurs = tree.startsWith(lakePrefix) && Keys.isOurs(tree.substring(lakePrefix.length()));
        boolean dropped = tree.startsWith(lakePrefix)
                && feeds.stream()
                        .map(feed -> feed.match().prefix())
                        .anyMatch(match -> overlap(match, tree.substring(lakePrefix.length())));
        boolean inLocalLake = lake instanceof LakeConfig.File && tree.startsWith(lakePrefix);
        if (holdsTheLake || inOurs || dropped || inLocalLake) {
            throw new InvalidRequest(
                    "the tree and the lake %s overlap: its files would be read as dropped ones as well; name a tree beside it"
                            .formatted(lakeAddress));
        }
    }

    private static boolean overlap(String one, String other) {
        return one.startsWith(other) || other.startsWith(one);
    }
}
