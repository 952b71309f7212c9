package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.InvalidRequest;
import dev.sluice.store.Body;
import dev.sluice.store.ObjectStore;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Stores that break one promise each.
class LakeChecksTest {
    /// Objects in memory, whose entity tags are their contents.
    private static class Store implements ObjectStore {
        final Map<String, String> objects = new TreeMap<>();

        @Override
        public Optional<Stat> stat(String key) {
            return read(key).map(c -> new Stat(key, c.text().length(), c.etag(), Instant.EPOCH));
        }

        @Override
        public InputStream open(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Opened> openUnchanged(Stat listed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Content> read(String key) {
            return Optional.ofNullable(objects.get(key)).map(text -> new Content(text, text));
        }

        @Override
        public void write(String key, String content) {
            objects.put(key, content);
        }

        @Override
        public void upload(String key, Body body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean writeIfAbsent(String key, String content) {
            return objects.putIfAbsent(key, content) == null;
        }

        @Override
        public Optional<String> replace(String key, String content, String etag) {
            return objects.replace(key, etag, content) ? Optional.of(content) : Optional.empty();
        }

        @Override
        public List<Stat> list(String prefix) {
            return objects.keySet().stream()
                    .filter(key -> key.startsWith(prefix))
                    .flatMap(key -> stat(key).stream())
                    .toList();
        }

        @Override
        public void delete(Collection<String> keys) {
            objects.keySet().removeAll(keys);
        }

        @Override
        public int abortStaleUploads(String prefix) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String bucket() {
            return "lake";
        }

        @Override
        public String bucketKey(String key) {
            return key;
        }
    }

    private static Finding found(Store store) {
        Findings findings = new Findings();
        new LakeChecks(findings, store).check("s3://lake/");
        assertThat(findings.all()).hasSize(1);
        return findings.all().getFirst();
    }

    private static void fails(Store store, String says) {
        Finding finding = found(store);
        assertThat(finding.status()).isEqualTo(Finding.Status.FAIL);
        assertThat(finding.says()).contains(says);
    }

    @Test
    void aStoreThatKeepsItsPromisesIsOkAndEmptyAfterwards() {
        Store store = new Store();
        assertThat(found(store).status()).isEqualTo(Finding.Status.OK);
        assertThat(store.objects).isEmpty();
    }

    @Test
    void conditionalWritesThatAreIgnoredAreAFailure() {
        Store overwrites = new Store() {
            @Override
            public boolean writeIfAbsent(String key, String content) {
                write(key, content);
                return true;
            }
        };
        fails(overwrites, "If-None-Match let a second write through");
        assertThat(overwrites.objects).isEmpty();
        fails(
                new Store() {
                    @Override
                    public Optional<String> replace(String key, String content, String etag) {
                        write(key, content);
                        return Optional.of(content);
                    }
                },
                "If-Match let a write with an old entity tag through");
    }

    @Test
    void listsThatLagObjectsThatStayAndRightsThatLackAreFailures() {
        fails(
                new Store() {
                    @Override
                    public List<Stat> list(String prefix) {
                        return List.of();
                    }
                },
                "is not listed");
        fails(
                new Store() {
                    @Override
                    public void delete(Collection<String> keys) {}
                },
                "is still there");
        fails(
                new Store() {
                    @Override
                    public boolean writeIfAbsent(String key, String content) {
                        throw new InvalidRequest("write s3://lake/x: S3 denies it; allow s3:PutObject on …");
                    }
                },
                "allow s3:PutObject");
    }
}
