package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.EmbeddedS3;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/// A tree of old files in a bucket that is not the lake's.
@Tag("slow")
class HistoryBucketTest {
    private static final String BUCKET = "attic";

    private static final String FEED =
            "pos: {match: \"drops/pos/*\", format: %s, target: retail.pos, mode: append, columns: {id: bigint, dt:"
                    + " date}}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private EmbeddedS3 s3;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(directory.resolve("s3").resolve(BUCKET));
        s3 = EmbeddedS3.start(directory.resolve("s3"));
        System.setProperty("aws.accessKeyId", s3.accessKey());
        System.setProperty("aws.secretAccessKey", s3.secretKey());
    }

    @AfterEach
    void stop() {
        s3.close();
        for (String name : List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.region", "aws.endpointUrlS3")) {
            System.clearProperty(name);
        }
    }

    private void put(String bucket, String key, byte[] content) throws Exception {
        var unused = s3.client().putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }

    private void put(String key, String content) throws Exception {
        put(BUCKET, key, content.getBytes(StandardCharsets.UTF_8));
    }

    private String receive(DropsBed bed, String lake, String... arguments) throws Exception {
        Path config = bed.writeConfig();
        Files.writeString(config, bed.yaml().replace("lake: { url: \"file:lake\" }", lake));
        List<String> all = new ArrayList<>(List.of("receive", "-c", config.toString()));
        all.addAll(List.of(arguments));
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        return Sluice.run(printer, printer, all.toArray(String[]::new)) + "\n" + out;
    }

    private String inBucket() {
        return "lake: { url: \"s3://lake/sluice\", region: us-east-1, endpoint: \"%s\" }".formatted(s3.endpoint());
    }

    private static void waitUntilSettled() throws InterruptedException {
        Thread.sleep(2_500);
    }

    @Test
    void isReadWithRegionAndEndpointOfTheLakeAndAChangedObjectIsLoadedAnew() throws Exception {
        DropsBed bed = new DropsBed(directory).feeds(FEED.formatted("csv"));
        put("history/dt=2024-01-01/a.csv", "id\n1\n");
        put("history/dt=2024-01-02/b.csv", "id\n2\n3\n");
        put("history2/dt=2024-01-02/b.csv", "id\n9\n");
        waitUntilSettled();

        assertThat(receive(bed, inBucket(), "s3://attic/history", "--as", "pos"))
                .startsWith("0\n")
                .contains(
                        "files in the tree: 2", "dt=2024-01-02      1             0     2         2          5  equal");

        assertThat(bed.query("SELECT id, dt, _sluice_file FROM retail.pos ORDER BY id"))
                .containsExactly(
                        "1|2024-01-01|/s3://attic/history/dt=2024-01-01/a.csv",
                        "2|2024-01-02|/s3://attic/history/dt=2024-01-02/b.csv",
                        "3|2024-01-02|/s3://attic/history/dt=2024-01-02/b.csv");
        assertThat(receive(bed, inBucket(), "s3://attic/history/", "--as", "pos", "-o", "json"))
                .startsWith("0\n")
                .contains("\"pending\":0", "\"kept\":2");
        put("history/dt=2024-01-02/b.csv", "id\n2\n");
        waitUntilSettled();
        assertThat(receive(bed, inBucket(), "s3://attic/history/", "--as", "pos"))
                .startsWith("0\n");
        assertThat(bed.query("SELECT id FROM retail.pos ORDER BY id")).containsExactly("1", "2");
    }

    @Test
    void isReadAsTheEnvironmentSaysWhereTheLakeIsAFolder() throws Exception {
        System.setProperty("aws.region", "us-east-1");
        System.setProperty("aws.endpointUrlS3", s3.endpoint().toString());
        HistoryTree tree = new HistoryTree(directory.resolve("made"));
        tree.parquet("x.parquet", "SELECT 1::BIGINT AS id");
        put(BUCKET, "dt=2024-01-01/part-00000", Files.readAllBytes(directory.resolve("made/x.parquet")));
        waitUntilSettled();
        DropsBed bed = new DropsBed(directory).feeds(FEED.formatted("parquet"));

        assertThat(receive(bed, "lake: { url: \"file:lake\" }", "s3://attic", "--as", "pos"))
                .startsWith("0\n");

        assertThat(bed.query("SELECT id, dt FROM retail.pos")).containsExactly("1|2024-01-01");
        bed.assertNoOrphans();
    }

    @Test
    void aBucketThatIsNotThereAndATreeThatHoldsTheLakeAreRefused() throws Exception {
        DropsBed bed = new DropsBed(directory).feeds(FEED.formatted("csv"));
        assertThat(receive(bed, inBucket(), "s3://cellar/history", "--as", "pos"))
                .startsWith("2\n")
                .contains("bucket cellar does not exist");
        assertThat(receive(bed, inBucket(), "s3://attic/nothing", "--as", "pos"))
                .startsWith("2\n")
                .contains("there are no files below /s3://attic/nothing/");
        for (String tree : List.of("s3://lake/", "s3://lake/sluice/raw/", "s3://lake/sluice/drops/")) {
            assertThat(receive(bed, inBucket(), tree, "--as", "pos"))
                    .startsWith("2\n")
                    .contains("overlap");
        }
        put(EmbeddedS3.BUCKET, "old/dt=2024-01-01/a.csv", "id\n1\n".getBytes(StandardCharsets.UTF_8));
        waitUntilSettled();
        assertThat(receive(bed, inBucket(), "s3://lake/old", "--as", "pos")).startsWith("0\n");
    }
}
