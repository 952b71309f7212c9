package dev.sluice.machine;

import java.io.IOException;

/** The object store that ItemReader reads from and ResultWriter writes to. Called from many threads at once. */
public interface Objects {
    /** The whole object. */
    byte[] get(String bucket, String key) throws IOException;

    /** Creates or replaces an object; it is complete once this returns. */
    void put(String bucket, String key, byte[] content) throws IOException;
}
